// What may be said of an element: never what somebody typed, and nothing that looks like an e-mail address or the number of a
// phone or a card.
import { IGNORED } from "./element";
import { attr, find } from "./tools";

/** Fields that nothing is read from. */
export const SECRET = "[type=password],[autocomplete*=password],[autocomplete*=cc-]";
export const LINK = "a[href],area[href]";
const LABELLED = "a,button,summary,[role=button],[role=link],[role=tab],[role^=menu]";
export const CLICKABLE = LABELLED + ",input,select,[onclick]";
const EDITABLE = "[contenteditable],textarea";
/** Seven digits, however they are spaced; `/` parts the dates in addresses. */
const PRIVATE = /[^\s/]+(@|%40)[^\s/]+|\+?(\p{N}[^\p{L}\p{N}/]{0,3}){7,}/giu;
/** Looked at, at most. */
const CHARS = 999;

export const ignored = (element: Element) => element.closest(IGNORED);

export const mask = (text: string) => text.slice(0, CHARS).replace(PRIVATE, "*").slice(0, 256) || undefined;

/** An element as an event shows it. */
export function about(element: Element, path: Element[]) {
  const said: Record<string, unknown> = { tag: element.localName, href: plain(url(attr(element, "href"))) };
  for (const name of ["id", "name", "class", "role"]) said[name] = mask(attr(element, name));
  if (element.matches(LABELLED) && !find(path, EDITABLE) && !element.querySelector(EDITABLE)) {
    // Text that is hidden counts too: to leave it out takes a layout.
    const text = (element.textContent!.trim() || attr(element, "aria-label")).replace(/\s+/g, " ").slice(0, CHARS);
    if (text.search(PRIVATE) < 0) said.text = text.slice(0, 64);
  }
  return said;
}

/** An address on the web; nothing for `mailto:`, `tel:` and the like. */
export function url(text: string): URL | undefined {
  try {
    const url = new URL(text, document.baseURI);
    if (text && url.host) return url;
  } catch {}
}

/** Without query and fragment, which may say who somebody is. */
export const plain = (url: URL | undefined) => url && url.origin + mask(url.pathname);
