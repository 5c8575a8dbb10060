// Where kept calls go: through the WebAssembly module, and around it where there is none.
import type { Counts } from "../types";
import { open } from "./permission";
import { post } from "./post";
import * as raw from "./raw";
import { remove } from "./store";
import type { Core } from "./wasm";

let core: Core | undefined;
let settled = false;
let ticket = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let told = false;
const waiting: (() => void)[] = [];
let recover: () => void;

/** The module is there; or, without one, it is known that it will not be. */
export function settle(module: Core | undefined, recovery: () => void) {
  core = module;
  recover = recovery;
  settled = true;
  if (core) raw.hand(deliver);
  pump();
  waiting.splice(0).forEach(call);
}

export const ready = (callback: () => void) => (settled ? call(callback) : waiting.push(callback));
const call = (callback: () => void) => setTimeout(callback);

/** Takes calls that are in storage under this key. */
export function deliver(key: string, calls: string) {
  if (core) guard((core) => done(core.take(key, calls)));
  else raw.push(key, calls);
}

/** Sends what is due, after the page's own work. */
export function soon() {
  clearTimeout(timer);
  timer = setTimeout(pump);
}

/** Sends what is due; of a leaving page, everything that can still be sent. */
export function pump(leaving = false) {
  clearTimeout(timer);
  if (!open) return;
  if (!core) return raw.pump(settled, leaving);
  guard((core) => {
    for (let body; (body = core.next(++ticket, performance.now(), leaving, new Date().toISOString())); ) send(ticket, body, leaving);
    const wait = core.wait(performance.now());
    if (wait >= 0) timer = setTimeout(pump, wait);
  });
}

export const hurry = () => {
  guard((core) => core.hurry());
  raw.hurry();
  pump();
};

export const counts = (): Counts | null => guard((core) => JSON.parse(core.counts())) ?? null;

async function send(ticket: number, body: string, leaving: boolean) {
  const [status, retryAfter] = await post("/v1/b", body, leaving);
  refused(status);
  guard((core) => done(core.answered(ticket, status, retryAfter, performance.now())));
  pump();
}

/** Tells the developer, once, that the server does not take what this page sends. */
export function refused(status: number) {
  if (status >= 400 && status < 500 && ![408, 410, 429, 460].includes(status) && !told) {
    told = true;
    console.warn("nora: the server refuses events with status", status);
  }
}

const done = (keys: string) => keys.split("\n").forEach(remove);

/** A trap ends the module, not the page: what is in storage goes as it is. */
function guard<T>(then: (core: Core) => T): T | undefined {
  try {
    if (core) return then(core);
  } catch (error) {
    core = undefined;
    console.warn("nora:", error);
    recover();
    pump();
  }
}
