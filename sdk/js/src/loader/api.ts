// `window.nora`, from the first line of the script on.
import { allowed, capture, hide, viewed } from "../capture";
import type { InitOptions, Nora } from "../types";
import * as id from "./id";
import { debug, log } from "./log";
import { configure, host, options } from "./options";
import * as outbox from "./outbox";
import { watch } from "./page";
import * as permission from "./permission";
import { ask } from "./post";
import { forget, keep, name, prefix, record } from "./recorder";
import { keys, remove } from "./store";
import * as tabs from "./tabs";
import * as visitor from "./visitor";
import { load } from "./wasm";

type Method = (...args: any[]) => unknown;
type Call = [method: string, ...args: unknown[]];

/** A module that takes longer is not waited for. */
const PATIENCE_MS = 3e3;

/** Calls made before the SDK is at work. */
const early: Call[] = [];
let configured = false;
let started = false;

/** Those who wait for the SDK; `undefined` when nobody has to any more. */
let waiting: Method[] | undefined = [];

const methods: Record<string, Method> = {
  identify: (...args) => note("identify", args, () => isId(args[0]) && visitor.identify("" + args[0])),
  track: (...args) => note("track", args),
  page(...args) {
    viewed();
    note("page", args);
    if (!permission.open && !permission.categories && options.anonymous == "counts") count();
  },
  screen: (...args) => note("screen", args),
  group: (...args) => note("group", args),
  alias: (...args) => note("alias", args),
  consent,
  reset() {
    keep(); // What was said before was said by who they were.
    visitor.reset();
    id.reset();
  },
  flush() {
    keep();
    outbox.pump(true);
  },
  debug() {
    debug();
    log({ ...queries.visitor(), host, ...options, consent: permission.categories, allowed: permission.open, ...outbox.counts }, outbox.waiting());
  },
};

const queries = {
  visitor: () => ({ anonymousId: visitor.anonymousId, userId: visitor.userId || null, sessionId: visitor.sessionId }),
  counts: () => ({ ...outbox.counts }),
};

/** Makes `window.nora`, takes the calls that waited for it, and starts where the tag says how. */
export function install(tag: InitOptions | undefined) {
  const api = ((...call: Call) => push(call)) as unknown as Nora;
  const settled = Promise.resolve();
  const safe = (method: Method) => (...args: unknown[]) => {
    try {
      method(...args);
    } catch (error) {
      console.warn("nora:", error);
    }
    return settled;
  };
  const push = ([method, ...args]: Call) => (api as any)[method]?.(...args);
  const members: Record<string, unknown> = {
    ...queries,
    init: safe((given) => init(given, members, [])),
    ready: safe((callback) => (waiting ? waiting.push(safe(callback)) : setTimeout(safe(callback)))),
    push: safe((call) => push(Array.from(call) as Call)),
  };
  for (const name in methods) members[name] = safe((...args) => (started ? methods[name]!(...args) : early.push([name, ...args])));
  Object.assign(api, members);
  const stub = adopt("nora", api, members);
  if (tag) init(tag, members, stub);
  else stub.forEach(push);
}

/** Puts the API under a global name. Whoever holds the stub that was there finds the API in it. Returns what it had queued. */
function adopt(name: string, api: unknown, members: object): Call[] {
  const stub = (window as any)[name];
  (window as any)[name] = api;
  const queued: unknown[] = Array.isArray(stub) ? stub.splice(0) : (stub?.q ?? []);
  if (stub && stub != api) Object.assign(stub, members);
  return queued.map((call) => Array.from(call as ArrayLike<unknown>) as Call);
}

function init(given: InitOptions, members: Record<string, unknown>, stub: Call[]) {
  if (configured || !given?.writeKey) return;
  configured = true;
  configure(given);
  const nora = (window as any).nora;
  early.push(...stub);
  if (given.global) early.push(...adopt(given.global, nora, members));
  // What nobody looks at is no visit.
  const page = document as { prerendering?: boolean };
  if (page.prerendering) document.addEventListener("prerenderingchange", () => start(nora), { once: true });
  else start(nora);
}

function start(nora: any) {
  started = true;
  permission.load();
  visitor.load();
  name();
  tabs.hold();
  id.takeLink();
  // A page view that waits is the automatic one; otherwise that comes first.
  const noted = early.some(([method]) => method == "page");
  capture(nora);
  if ((options.auto ?? "page").includes("page")) watch(() => nora.page(), !noted);
  early.forEach(([method, ...args]) => nora[method]?.(...args));
  void id.resolve();
  listen();
  tabs.adopt();
  const settle = () => {
    outbox.settle();
    waiting?.forEach((callback) => setTimeout(callback));
    waiting = undefined;
  };
  setTimeout(settle, PATIENCE_MS);
  // In a task of its own, so that none is long on a slow device.
  setTimeout(() =>
    load()
      .then(outbox.use)
      .catch((error) => console.info("nora: without WebAssembly:", error)) // the server does its work
      .then(settle),
  );
}

function note(method: string, args: unknown[], change?: () => void) {
  const callback = args.find((arg) => typeof arg == "function") as (() => void) | undefined;
  record(method, args, change);
  if (callback) setTimeout(callback);
}

const isId = (value: unknown) => (typeof value == "string" && value !== "") || typeof value == "number";

/** A view of somebody of whom nothing may be known. */
const count = () => {
  const referrerHost = document.referrer && new URL(document.referrer).host;
  void ask("/v1/count", "omit", { anonymousId: undefined, path: location.pathname, referrerHost });
};

function consent(categories: Record<string, boolean>) {
  const was = permission.open;
  // The last thing said before consent ends is that it ends.
  if (was) tell(categories);
  permission.choose(categories);
  if (permission.open) {
    permission.save();
    visitor.save();
    if (!was) {
      void id.resolve();
      tell(categories);
      allowed();
    }
    tabs.adopt();
  } else {
    if (was) withdraw();
    permission.save();
  }
}

/** Segment's reserved event, which writes the choice to the profile. */
function tell(categories: Record<string, boolean>) {
  record("track", ["Segment Consent Preference Updated", {}, { context: { consent: { categoryPreferences: categories } } }]);
  keep();
  outbox.pump(true);
}

/** Nothing stays and nothing more goes. */
function withdraw() {
  void id.forget();
  forget();
  outbox.clear();
  keys("nora_").forEach(remove);
  visitor.clear();
}

function listen() {
  const leave = () => {
    hide();
    keep();
    outbox.pump(true, true);
  };
  addEventListener("pagehide", () => {
    leave();
    outbox.leave();
    tabs.release();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    visitor.doubt();
    name();
    tabs.hold();
  });
  addEventListener("online", outbox.hurry);
  document.addEventListener("visibilitychange", () => (document.visibilityState == "hidden" ? leave() : tabs.adopt()));
  // Another tab has spoken.
  addEventListener("storage", ({ key, newValue }) => {
    if (key == permission.KEY) {
      permission.load();
      if (!permission.open) outbox.clear();
    } else if (newValue && key?.startsWith(prefix())) tabs.adopt([key]);
    else visitor.doubt();
  });
}
