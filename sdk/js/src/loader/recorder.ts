// From a call to text in local storage, within one turn of the page.
import { list } from "./json";
import { log } from "./log";
import { options } from "./options";
import { counts, push, tell } from "./outbox";
import { context } from "./page";
import { categories, open } from "./permission";
import { set } from "./store";
import { uuid } from "./uuid";
import { refresh, stamp, type Stamp } from "./visitor";

// Bounds of what is kept under one key.
const CALLS = 16;
const CHARS = 8192;
/** No event may have more bytes. */
const EVENT_BYTES = 32768;
/** Calls that wait for consent, in memory. */
const HELD = 1000;

interface Call {
  text: string;
  visitor: Stamp;
  page: string;
}

/** This page's name among the tabs. It is another one after each return from the back/forward cache. */
export let tab: string;
let number: number;
let segment: number;
/** Already thrown away when the tab got its name. */
let before: number;
let turn: Call[] = [];
let scheduled = false;

export function name() {
  tab = uuid().slice(0, 8);
  number = segment = 0;
  before = counts.dropped;
}

export const prefix = () => `nora_q_${options.writeKey}_`;

/** Notes a call. `change` is what it changes about the visitor. */
export function record(method: string, args: unknown[], change?: () => void) {
  if (!turn.length) refresh();
  change?.();
  const text = `"id":"${uuid()}","t":"${new Date().toISOString()}","m":"${method}","a":${list(args)}`;
  if (text.length > EVENT_BYTES) {
    counts.oversize++;
    return tell("a call will not be accepted: event_too_large");
  }
  log(open ? "keeps" : "waits for consent", method, args);
  turn.push({ text, visitor: stamp(), page: context() });
  if (turn.length > HELD && !open) turn.shift();
  if (!scheduled) {
    scheduled = true;
    Promise.resolve().then(keep);
  }
}

/** Keeps the calls of this turn and hands them on. Without consent they stay in memory. */
export function keep() {
  scheduled = false;
  if (!open) return;
  let text = "";
  let count = 0;
  let visitor = "";
  let page = "";
  const close = () => {
    if (!count) return;
    const key = `${prefix()}${tab}_${segment++}`;
    text = `[${text}]`;
    set(key, text);
    push(key, text, count);
    text = visitor = page = "";
    count = 0;
  };
  for (const call of turn.splice(0)) {
    if (count == CALLS || text.length + call.text.length > CHARS) close();
    const dropped = counts.dropped - before;
    // Who they are and what they allow is asked now: a call waits for both.
    const who = JSON.stringify({ ...call.visitor, c: categories, t: tab });
    text += `${count ? "," : ""}{${call.text},"n":${number++}`;
    if (dropped) text += `,"d":${dropped}`;
    if (who != visitor) text += `,"v":${(visitor = who)}`;
    if (call.page != page) text += `,"c":${(page = call.page)}`;
    text += "}";
    count++;
  }
  close();
}

/** Forgets the calls that wait for consent. */
export const forget = () => {
  turn = [];
};

/** Puts another id in place of one in the calls of this turn. */
export const rename = (from: string, to: string) =>
  turn.forEach(({ visitor }) => {
    if (visitor.a == from) visitor.a = to;
  });
