// What is kept until the server has it, and when it goes. The unit is what was written to storage under one key: up to 16 calls of
// one turn. It stays there until the server has all of it, so whatever becomes of this page, somebody sends it.
import type { Counts } from "../types";
import { log } from "./log";
import { options } from "./options";
import { open } from "./permission";
import { post } from "./post";
import { get, remove, set } from "./store";
import type { Events } from "./wasm";

/** Kept at most, the oldest out first: well within the 5 million characters that a site may store. */
const EVENTS = 1000;
const CHARS = 1e6;
/** Browsers give requests that outlive their page 64 KiB between them; the rest is for what else the site sends. */
const KEEPALIVE_BYTES = 6e4;
/** What the context adds to a call, about. */
const CONTEXT_CHARS = 1e3;
/** Least time between the starts of two requests. Short, so that what happens is seen while it happens. */
const PACE_MS = 250;
const PAUSE_MS = 1e3;
const LONGEST_PAUSE_MS = 3e4;

interface Turn {
  key: string;
  calls: string;
  count: number;
  sent?: boolean;
}

let queue: Turn[] = [];
let events: Events | undefined;
/** Whether it is known if there is a module. */
let settled = false;
/** Whether sending waits for the id of a new visitor. */
let provisional = false;
let underWay = 0;
let due = 0;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export const counts: Counts = { delivered: 0, refused: 0, dropped: 0, oversize: 0, invalid: 0, queued: 0 };

/** For whoever looks. */
export const waiting = () => queue.map(({ calls, sent }) => ({ calls, sent }));

/** The module is there; it may come late, too. */
export const use = (module: Events) => {
  events = module;
};

/** Sending may begin: with the module or without it. */
export function settle() {
  settled = true;
  pump();
}

/** Whether the visitor may still turn out to be another one. */
export function wait(yes: boolean) {
  provisional = yes;
  pump();
}

/** Takes calls that are in storage under this key; makes room where there is none. */
export function push(key: string, calls: string, count: number) {
  if (queue.some((turn) => turn.key == key)) return;
  queue.push({ key, calls, count });
  counts.queued += count;
  let chars = 0;
  for (const turn of queue) chars += turn.calls.length;
  for (let turn; (counts.queued > EVENTS || chars > CHARS) && (turn = queue.find((turn) => !turn.sent)); ) {
    chars -= turn.calls.length;
    counts.dropped += turn.count;
    log("no room", turn.calls);
    forget(turn);
  }
  // After the page's own work.
  timer ??= setTimeout(pump);
}

function drop(turn: Turn) {
  if (queue.includes(turn)) counts.queued -= turn.count;
  queue = queue.filter((other) => other != turn);
}

function forget(turn: Turn) {
  remove(turn.key);
  drop(turn);
}

/** Leaves what is in storage to whoever comes next. */
export const leave = () =>
  queue.forEach((turn) => {
    if (get(turn.key)) drop(turn);
  });

export const clear = () => queue.forEach(drop);

/** Puts another id in place of one that was not sent yet. */
export const rename = (from: string, to: string) =>
  queue.forEach((turn) => {
    if (!turn.sent) set(turn.key, (turn.calls = turn.calls.split(from).join(to)));
  });

/** The network is back. */
export function hurry() {
  due = failures = 0;
  pump();
}

/** Sends what is due, one request at a time; now, if it is `urgent`. What a leaving page sends is as small as it can be. */
export function pump(urgent?: boolean, leaving?: boolean) {
  clearTimeout(timer);
  timer = undefined;
  const turns = queue.filter((turn) => !turn.sent);
  if (!open || !turns.length || (provisional && !leaving)) return;
  if (!urgent) {
    if (underWay || !settled || navigator.onLine === false) return;
    const wait = due - performance.now();
    if (wait > 0) {
      timer = setTimeout(pump, wait);
      return;
    }
  }
  let size = 0;
  const fits = turns.findIndex(({ calls, count }) => (size += calls.length + (leaving ? 0 : count * CONTEXT_CHARS)) > KEEPALIVE_BYTES);
  let batch = fits < 0 ? turns : turns.slice(0, fits || 1);
  for (;;) {
    const [path, body, problems] = request(batch, leaving);
    const bytes = new TextEncoder().encode(body).length;
    const small = bytes + underWay <= KEEPALIVE_BYTES;
    if (small || (!urgent && batch.length < 2)) return void send(batch, path, body, problems, bytes, small, leaving);
    // What is alone and too large for a leaving page waits for the next one.
    if (batch.length < 2) return;
    batch = batch.slice(0, batch.length >> 1);
  }
}

/** As events, which the module makes; or as the calls that they are, of which the server makes the same. */
function request(batch: Turn[], raw?: boolean): [path: string, body: string, problems: string[]] {
  const calls = batch.map((turn) => turn.calls.slice(1, -1)).join();
  const head = JSON.stringify({ writeKey: options.writeKey, sentAt: new Date().toISOString() }).slice(0, -1);
  try {
    if (events && !raw) {
      const [codes, ...made] = events(`[${calls}]`).split("\n");
      return ["/v1/b", `${head},"batch":[${made}]}`, codes!.split(",").slice(0, -1)];
    }
  } catch (error) {
    // A trap ends the module, not the page.
    events = undefined;
    console.warn("nora:", error);
  }
  return ["/v1/raw", `${head},"raw":[${calls}]}`, []];
}

async function send(batch: Turn[], path: string, body: string, problems: string[], bytes: number, keepalive: boolean, leaving?: boolean) {
  batch.forEach((turn) => (turn.sent = true));
  underWay += bytes;
  due = Math.max(due, performance.now() + PACE_MS);
  log("sends", path, body);
  const { status, retryAfter } = await post(path, body, keepalive, leaving);
  underWay -= bytes;
  log("answer", status);
  // As analytics.js reads them.
  if (!status || [408, 410, 429, 460].includes(status) || (status >= 500 && ![501, 505, 511].includes(status))) {
    const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** failures++) * (0.75 + Math.random() / 2);
    due = performance.now() + Math.max(pause, Math.min(retryAfter, 300) * 1e3);
    batch.forEach((turn) => (turn.sent = false));
  } else {
    failures = 0;
    batch.forEach((turn) => {
      counts[status < 400 ? "delivered" : "refused"] += turn.count;
      forget(turn);
    });
    for (const problem of problems) {
      const large = problem == "event_too_large";
      counts[large ? "oversize" : "invalid"]++;
      if (large) counts.delivered--;
      tell("a call will not be accepted: " + problem);
    }
    if (status >= 400) tell("the server refuses events with status " + status);
  }
  pump();
}

const told = new Set<string>();

/** Tells the developer, once: a page that is wrong is wrong all the time. */
export function tell(problem: string) {
  if (!told.has(problem)) console.warn("nora:", problem);
  told.add(problem);
}
