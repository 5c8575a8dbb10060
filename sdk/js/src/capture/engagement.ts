// How long a page was really looked at, and how far down.
import { context, guarded, nora, on, onHide } from "./tools";

/** Somebody who does nothing for so long is not there. */
const IDLE_MS = 30e3;

let activeMs = 0;
/** When the page was last seen in use; 0 while it is not looked at. */
let last = 0;
let depth = 0;
let due = false;
/** By the time a page view ends, the address may be another. */
let page: object;

export function start() {
  viewed();
  on("pointermove pointerdown keydown focus blur visibilitychange scroll", ({ type }) => {
    tick();
    if (type == "scroll") soon();
  });
  onHide(() => {
    look();
    tell();
    last = 0;
  });
}

/** Another page view begins: what there was belongs to the one before. */
export function viewed() {
  tell();
  page = { page: JSON.parse(context()).page };
  depth = 0;
  soon();
}

function tick() {
  const now = performance.now();
  if (last) activeMs += Math.min(now - last, IDLE_MS);
  last = !document.hidden && document.hasFocus() ? now : 0;
}

/** Not in the scroll event: this may take a layout. */
function soon() {
  if (!due) (self.requestIdleCallback ?? setTimeout)(guarded(look));
  due = true;
}

function look() {
  due = false;
  depth = Math.max(depth, Math.min(100, Math.round(((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100)));
}

function tell() {
  tick();
  const active_ms = Math.round(activeMs);
  activeMs = 0;
  if (active_ms) nora.track("Page Engaged", { active_ms, scroll_depth: depth }, { context: page });
}
