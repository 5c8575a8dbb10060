// Local storage and cookies, which may be missing, full or forbidden: nothing here throws.
import { options } from "./options";

const COOKIE_SECONDS = 400 * 86400; // the longest that browsers keep

/** What is forbidden, full or broken is nothing, and then everything is kept in memory. */
export const quietly = <Value>(get: () => Value): Value | undefined => {
  try {
    return get();
  } catch {}
};

export const get = (key: string) => quietly(() => localStorage.getItem(key));
export const set = (key: string, value: string) => quietly(() => localStorage.setItem(key, value));
export const remove = (key: string) => quietly(() => localStorage.removeItem(key));
export const keys = (prefix: string) => quietly(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];

export const cookie = (name: string) =>
  quietly(() => {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
    return found && decodeURIComponent(found.slice(name.length + 1));
  });

/** Sets a cookie, or with an empty value removes it. */
export const setCookie = (name: string, value: string) => quietly(() => write(name, value, options.cookieDomain || root()));

function write(name: string, value: string, domain: string) {
  document.cookie =
    `${name}=${encodeURIComponent(value)};path=/;SameSite=Lax;max-age=${value ? COOKIE_SECONDS : 0}` +
    (domain ? ";domain=" + domain : "") +
    (location.protocol == "https:" ? ";Secure" : "");
}

let known: string | undefined;

/** The shortest domain that takes a cookie: example.co.uk for www.example.co.uk; none for localhost and addresses. */
export function root(): string {
  if (known == null) {
    known = "";
    const labels = location.hostname.split(".");
    for (let from = labels.length - 2; from >= 0 && isNaN(+labels[labels.length - 1]!); from--) {
      const domain = labels.slice(from).join(".");
      write("nora_root", "1", domain);
      const taken = cookie("nora_root");
      write("nora_root", "", domain);
      if (taken) {
        known = domain;
        break;
      }
    }
  }
  return known;
}
