// What only some sites ask for: everything that `data-auto` can name but for page views, hints of who the visitor is, and links to
// other domains. A module of its own, which has of the loader's what the loader hands over, so that nothing is there twice.
import { act } from "./capture/act";
import { dataLayer } from "./capture/datalayer";
import { ahead } from "./capture/domains";
import * as engagement from "./capture/engagement";
import { errors } from "./capture/errors";
import { auto, guarded, hide, on, options, use, type Tools } from "./capture/tools";
import { vitals } from "./capture/vitals";
import { fields } from "./hints/fields";
import { login } from "./hints/login";

/** What the loader calls. */
export interface More {
  /** A page view begins. */
  viewed(): void;
  /** The visitor agreed. */
  allowed(): void;
  /** The page goes, or may never be seen again. */
  hide(): void;
  /** A click, a change of a field, or a submitted form; with the elements that it came through, from the innermost outwards. */
  handle(event: Event, path: Element[]): void;
}

export function start(...tools: Tools): More {
  use(tools);
  const begin = guarded(() => {
    if (auto("engagement")) engagement.start();
    if (auto("vitals")) vitals();
    if (auto("error")) errors();
    if (options.domains) on("focusin pointerover", ahead);
    dataLayer();
    login();
  });
  begin();
  return {
    viewed: guarded(() => {
      if (auto("engagement")) engagement.viewed();
      login();
    }),
    allowed: guarded(login),
    hide,
    handle(event, path) {
      if (event.type != "change") act(event, path);
      if (!event.type.endsWith("click")) fields(event, path);
    },
  };
}
