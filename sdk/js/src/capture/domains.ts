// A visitor who follows a link to another domain of the site stays the same visitor: the link takes a token along, which the
// server made, and which is good for two minutes.
import { LINK, url } from "./about";
import { ask, attr, find, isOpen, nora, options, pathOf } from "./tools";

const ASK_AGAIN_MS = 1e4;

let token = "";
let until = 0;
let whose = "";

const isFresh = () => performance.now() < until && whose == nora.visitor().anonymousId;
const isOurs = (to: URL | undefined) => isOpen() && to && options.domains?.split(/[\s,]+/).includes(to.hostname);

/** Asks for a token while the pointer or the focus is on such a link. */
export async function ahead(event: Event) {
  const link = find(pathOf(event), LINK);
  if (!link || isFresh() || !isOurs(url(attr(link, "href")))) return;
  token = "";
  whose = nora.visitor().anonymousId;
  until = performance.now() + ASK_AGAIN_MS;
  const { token: given, expiresIn } = await ask("/v1/link");
  // Otherwise they will be a new visitor there.
  if (given) {
    token = given;
    // Not to the last moment.
    until = performance.now() + expiresIn! * 900;
  }
}

/** Puts the token into a link that is being followed, and takes it out again, so that nobody copies it with the address. */
export function decorate(link: Element, to: URL) {
  if (!token || !isFresh() || !isOurs(to)) return;
  const before = attr(link, "href");
  to.search += (to.search && "&") + "nora_link=" + encodeURIComponent(token);
  link.setAttribute("href", to.href);
  setTimeout(() => attr(link, "href") == to.href && link.setAttribute("href", before));
}
