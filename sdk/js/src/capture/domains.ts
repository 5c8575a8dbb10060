// A visitor who follows a link to another domain of the site stays the same visitor: the link takes a token along, which the
// server made, and which is good for two minutes.
import { attr, find, LINK, pathOf, url } from "./element";
import { tools } from "./tools";

const ASK_AGAIN_MS = 1e4;

let token = "";
let until = 0;
let whose = "";

const isFresh = () => performance.now() < until && whose == tools.nora.visitor().anonymousId;
const isOurs = (to: URL | undefined) => tools.isOpen() && to && tools.options.domains?.split(/[\s,]+/).includes(to.hostname);

/** Asks for a token while the pointer or the focus is on such a link. */
export function ahead(event: Event) {
  const link = find(pathOf(event), LINK);
  if (!link || isFresh() || !isOurs(url(attr(link, "href")))) return;
  const { writeKey } = tools.options;
  const { anonymousId } = tools.nora.visitor();
  token = "";
  whose = anonymousId;
  until = performance.now() + ASK_AGAIN_MS;
  fetch(tools.host + "/v1/link", { method: "POST", body: JSON.stringify({ writeKey, anonymousId }) })
    .then((answer) => answer.json())
    .then((answer) => {
      token = answer.token ?? "";
      // Not to the last moment.
      if (token) until = performance.now() + answer.expiresIn * 900;
    })
    .catch(() => {}); // They will be a new visitor there.
}

/** Puts the token into a link that is being followed, and takes it out again, so that nobody copies it with the address. */
export function decorate(link: Element, to: URL) {
  if (!token || !isFresh() || !isOurs(to)) return;
  const before = attr(link, "href");
  to.search += (to.search && "&") + "nora_link=" + encodeURIComponent(token);
  link.setAttribute("href", to.href);
  setTimeout(() => attr(link, "href") == to.href && link.setAttribute("href", before));
}
