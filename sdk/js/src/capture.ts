// What is noted without a call. What a site marks with `data-nora-event` always is, and here. What only some sites ask for is in
// a file of its own, which comes when it is asked for.
import { attr, below, find, pathOf } from "./capture/element";
import { guarded, on } from "./capture/listen";
import { host, options } from "./loader/options";
import { context } from "./loader/page";
import * as permission from "./loader/permission";
import { ask } from "./loader/post";
import { get, set } from "./loader/store";
import type { More } from "./more";
import type { Nora } from "./types";

// Put in by the build: where the other file is.
declare const NORA_MORE_URL: string;

const EVENT = "data-nora-event";

let more: More | undefined;

/** Before each page view. */
export const viewed = () => more?.viewed();
/** Once the visitor agreed. */
export const allowed = () => more?.allowed();
/** Before what waits is sent, since the page goes. Listeners would come in the order in which they were added. */
export const hide = () => more?.hide();

/** Starts, once the options are known. */
export function capture(nora: Nora) {
  const handle = (event: Event) => {
    const path = pathOf(event);
    mark(event, path, nora);
    more?.handle(event, path);
  };
  // The first two stay inside a shadow tree; the others, one of which comes before, do not.
  const inside = "submit change";
  const roots = new WeakSet<Node>([document]);
  on("focusin click", (event) => {
    const root: Node = event.composedPath()[0].getRootNode?.();
    if (!root || roots.has(root)) return;
    roots.add(root);
    on(inside, handle, root);
  });
  on("click auxclick " + inside, handle);

  const { auto, hints, domains } = options;
  if (domains || /form|login/.test(`${hints}`) || /\b(?!page|none|undefined)\w/.test(`${auto}`)) {
    import(host + NORA_MORE_URL)
      .then(({ start }) => (more = start(nora, options, context, get, set, () => permission.open, ask, on, guarded, pathOf, find, attr, below)))
      .catch((error) => console.warn("nora:", error));
  }
}

/** A click on the nearest element with a name for it; of a form, that it was submitted. */
function mark({ type }: Event, path: Element[], nora: Nora) {
  const marked = find(path, `[${EVENT}]`);
  if (!marked || type != (marked.matches("form") ? "submit" : "click")) return;
  const said: Record<string, string> = {};
  for (const { name, value } of marked.attributes) {
    const property = below("data-nora-prop-", name);
    if (property) said[property] = value;
  }
  nora.track(attr(marked, EVENT), said);
}

