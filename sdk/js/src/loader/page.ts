// What the page is, and when it is another one.
import { allowed, cookies } from "../capture/cookies";
import { json } from "./json";

let seen = "";
let text = "";

/** The page in the form of an event's context. Written once for each page, since most calls are made on the same one. */
export function context(): string {
  const now = location.href + document.title + allowed();
  if (now != seen) {
    seen = now;
    text = json({
      page: {
        path: location.pathname,
        referrer: document.referrer,
        search: location.search,
        title: document.title,
        url: location.href.replace(/#.*/, ""),
      },
      locale: navigator.language,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      userAgent: navigator.userAgent,
      userAgentData: (navigator as { userAgentData?: object }).userAgentData,
      cookies: cookies(),
    });
  }
  return text;
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
  if ((document as { prerendering?: boolean }).prerendering) document.addEventListener("prerenderingchange", look, { once: true });
  else look();
  // Shown again from the back/forward cache: seen again.
  addEventListener("pageshow", (event) => event.persisted && view());
}
