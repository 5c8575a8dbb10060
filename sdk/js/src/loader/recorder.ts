// From a call to text in local storage, within one turn of the page.
import { list } from "./json";
import { options } from "./options";
import { context } from "./page";
import { open } from "./permission";
import { set } from "./store";
import { uuid } from "./uuid";
import { refresh, stamp, withConsent } from "./visitor";

// Bounds of what is kept under one key, so that a key fits into what a leaving page can still send.
const CALLS = 16;
const CHARS = 8192;
/** Calls that wait for consent, in memory. */
const HELD = 1000;

/** Of this page: its name among the tabs. */
export const tab = uuid().slice(0, 8);
export const prefix = () => `nora_q_${options.writeKey}_`;

interface Call {
  text: string;
  visitor: object;
  page: string;
}

let turn: Call[] = [];
let scheduled = false;
let segment = 0;
let deliver: (key: string, calls: string) => void;

export const onKept = (then: typeof deliver) => (deliver = then);

/** Notes a call. `before` is what it changes about the visitor. */
export function record(method: string, args: unknown[], before?: () => void) {
  if (!turn.length) refresh();
  before?.();
  turn.push({
    text: `{"id":"${uuid()}","t":"${new Date().toISOString()}","m":"${method}","a":${list(args)}`,
    visitor: stamp(),
    page: context(),
  });
  if (turn.length > HELD && !open) turn.shift();
  if (!scheduled) {
    scheduled = true;
    Promise.resolve().then(keep);
  }
}

/** Keeps the calls of this turn and hands them on. Without consent they stay in memory. */
export function keep() {
  scheduled = false;
  if (!open || !turn.length) return;
  const calls = turn;
  turn = [];
  let text = "";
  let count = 0;
  let last = ["", ""];
  const close = () => {
    const key = `${prefix()}${tab}_${segment++}`;
    set(key, `[${text}]`);
    deliver(key, `[${text}]`);
    text = "";
  };
  for (const call of calls) {
    const now = [withConsent(call.visitor), call.page];
    if (text && (count == CALLS || text.length + call.text.length > CHARS)) close();
    if (!text) {
      count = 0;
      last = ["", ""];
    }
    text +=
      (text && ",") + call.text + (now[0] != last[0] ? `,"v":${now[0]}` : "") + (now[1] != last[1] ? `,"c":${now[1]}` : "") + "}";
    last = now;
    count++;
  }
  close();
}

export const forget = () => {
  turn = [];
};
