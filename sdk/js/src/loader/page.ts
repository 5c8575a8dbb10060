// What the page is, and when it is another one.
import { allowed, cookies } from "../capture/cookies";
import { json } from "./json";

declare const NORA_VERSION: string;

/** What ad platforms append to a link. */
const CLICK_IDS =
  " gclid gclsrc dclid gbraid wbraid gad_source fbclid msclkid twclid li_fat_id igshid ttclid rdt_cid epik qclid sccid irclid _kx mc_cid ";

const temporal = (globalThis as { Temporal?: { Now: { timeZoneId(): string } } }).Temporal;

let seen = "";
let text = "";

/** The page as the context of an event. Written once for each page, since most calls are made on the same one. */
export function context(): string {
  const now = location.href + document.title + allowed();
  if (now != seen) {
    seen = now;
    const { pathname, search, href } = location;
    text = json({
      page: { path: pathname, referrer: document.referrer, search, title: document.title, url: href.replace(/#.*/, "") },
      ...campaign(search),
      library: { name: "nora.js", version: NORA_VERSION },
      locale: navigator.language,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
      // The first use of Intl on a page takes 28 ms, for this one word.
      timezone: temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      userAgent: navigator.userAgent,
      userAgentData: (navigator as { userAgentData?: object }).userAgentData,
      cookies: cookies(),
    });
  }
  return text;
}

/** Where the visit came from. As in analytics.js, every key that contains `utm_` is of the campaign; `utm_campaign` is its name. */
function campaign(search: string) {
  const found: Record<string, Record<string, string>> = {};
  new URLSearchParams(search).forEach((value, key) => {
    const utm = key.split("utm_")[1];
    const name = utm == "campaign" ? "name" : utm || (CLICK_IDS.includes(` ${key} `) && key);
    if (name && value) (found[utm ? "campaign" : "click_ids"] ??= {})[name] = value;
  });
  return found;
}

/** Calls `view` for each page view: now, unless the site notes that one itself, and at each navigation within the page. */
export function watch(view: () => void, now: boolean) {
  const address = () => location.pathname + location.search;
  let last = now ? "" : address();
  const look = () => {
    if (last != address()) {
      last = address();
      view();
    }
  };
  // The title is set after the address.
  const soon = () => setTimeout(look);
  const push = history.pushState;
  history.pushState = function (...args) {
    push.apply(this, args);
    soon();
  };
  addEventListener("popstate", soon);
  addEventListener("pagehide", look);
  look();
  // Shown again from the back/forward cache: seen again, once the page has its new name among the tabs.
  addEventListener("pageshow", (event) => event.persisted && setTimeout(view));
}
