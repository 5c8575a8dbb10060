// Without WebAssembly: calls are posted as they are, and the server makes the events with the same code.
import { options } from "./options";
import { refused } from "./outbox";
import { post } from "./post";
import { remove } from "./store";

const BODY_CHARS = 50e3;
const KEYS = 1000;
const PAUSE_MS = 1e3;
const LONGEST_PAUSE_MS = 30e3;

/** By storage key; null while under way. */
const kept = new Map<string, { calls: string; sent: boolean }>();
let due = 0;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function push(key: string, calls: string) {
  if (!kept.has(key)) kept.set(key, { calls, sent: false });
  if (kept.size > KEYS) drop(kept.keys().next().value!);
}

/** The module came after all: it takes over. What is under way may go twice, and is stored once. */
export function hand(deliver: (key: string, calls: string) => void) {
  const all = [...kept];
  kept.clear();
  all.forEach(([key, { calls }]) => deliver(key, calls));
}

export const hurry = () => {
  due = failures = 0;
};

/** `alone`: no module is to be waited for. */
export function pump(alone: boolean, leaving: boolean) {
  clearTimeout(timer);
  const wait = due - performance.now();
  if (!leaving && (!alone || wait > 0)) {
    if (alone && kept.size) timer = setTimeout(() => pump(alone, false), wait);
    return;
  }
  if (!leaving && [...kept.values()].some((entry) => entry.sent)) return;
  let size = 0;
  const batch: string[] = [];
  for (const [key, entry] of kept) {
    if (entry.sent) continue;
    size += entry.calls.length;
    if (size > BODY_CHARS && batch.length) break;
    entry.sent = true;
    batch.push(key);
  }
  if (batch.length) void send(batch, alone, leaving);
}

async function send(keys: string[], alone: boolean, leaving: boolean) {
  const calls = keys.map((key) => kept.get(key)!.calls.slice(1, -1));
  const head = JSON.stringify({ writeKey: options.writeKey, sentAt: new Date().toISOString() }).slice(0, -1);
  const [status, retryAfter] = await post("/v1/raw", `${head},"raw":[${calls}]}`, leaving);
  refused(status);
  if (!status || status >= 500 || [408, 410, 429, 460].includes(status)) {
    const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** failures++) * (0.75 + Math.random() / 2);
    due = performance.now() + Math.max(pause, retryAfter * 1e3);
    keys.forEach((key) => kept.has(key) && (kept.get(key)!.sent = false));
  } else {
    failures = 0;
    keys.forEach(drop);
  }
  pump(alone, false);
}

function drop(key: string) {
  kept.delete(key);
  remove(key);
}
