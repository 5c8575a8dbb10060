// `window.nora`, from the first line of the script on.
import { allowed, capture, viewed } from "../capture";
import type { InitOptions, Nora } from "../types";
import { configure, options } from "./options";
import * as outbox from "./outbox";
import { watch } from "./page";
import * as permission from "./permission";
import { forget, keep, onKept, record } from "./recorder";
import { keys, remove } from "./store";
import * as tabs from "./tabs";
import * as visitor from "./visitor";
import { load } from "./wasm";

type Method = (...args: any[]) => unknown;

/** Calls made before `init()`. */
const early: [method: string, args: unknown[]][] = [];
let started = false;

const methods: Record<string, Method> = {
  identify: (...args) => note("identify", args, () => isId(args[0]) && visitor.identify("" + args[0])),
  track: (...args) => note("track", args),
  page: (...args) => {
    viewed();
    note("page", args);
  },
  screen: (...args) => note("screen", args),
  group: (...args) => note("group", args),
  alias: (...args) => note("alias", args),
  consent,
  reset: () => {
    keep(); // What was said before was said by who they were.
    visitor.reset();
  },
  flush: () => {
    keep();
    outbox.pump(true);
  },
};

const queries = {
  visitor: () => ({ anonymousId: visitor.anonymousId, userId: visitor.userId || null, sessionId: visitor.sessionId }),
  counts: outbox.counts,
};

/** Makes `window.nora`, takes the calls that waited for it, and starts where the tag says how. */
export function install(configured: InitOptions | undefined) {
  const api = ((method: string, ...args: unknown[]) => (api as any)[method]?.(...args)) as unknown as Nora;
  const settled = Promise.resolve();
  const safe = (call: Method) => (...args: unknown[]) => {
    try {
      call(...args);
    } catch (error) {
      console.warn("nora:", error);
    }
    return settled;
  };
  const members: Record<string, unknown> = {
    ...queries,
    init: safe((given) => init(given, members)),
    ready: safe((callback) => outbox.ready(safe(callback))),
    push: safe((call: [string, ...unknown[]]) => (api as any)[call[0]]?.(...Array.from(call).slice(1))),
  };
  for (const name in methods) {
    members[name] = safe((...args) => (started ? methods[name]!(...args) : early.push([name, args])));
  }
  Object.assign(api, members);
  const stub = adopt("nora", api, members);
  if (configured) init(configured, members, stub);
  else stub.forEach((call) => (members.push as Method)(call));
}

/** Puts the API under a global name. Whoever holds the stub that was there finds the API in it. Returns what it had queued. */
function adopt(name: string, api: unknown, members: object): unknown[][] {
  const stub = (window as any)[name];
  (window as any)[name] = api;
  const queued: unknown[] = Array.isArray(stub) ? stub.splice(0) : (stub?.q ?? []);
  if (stub && stub != api) Object.assign(stub, members);
  return queued.map((call) => Array.from(call as ArrayLike<unknown>));
}

function init(given: InitOptions, members: Record<string, unknown>, stub: unknown[][] = []) {
  if (started || !given?.writeKey) return;
  configure(given);
  started = true;
  permission.load();
  visitor.load();
  onKept((key, calls) => {
    outbox.deliver(key, calls);
    outbox.soon();
  });

  const nora = (window as any).nora;
  const queued = [...early, ...stub.map(([method, ...args]) => [method, args])] as typeof early;
  if (given.global) queued.push(...(adopt(given.global, nora, members).map(([method, ...args]) => [method, args]) as typeof early));
  const noted = queued.some(([method]) => method == "page");
  queued.forEach(([method, args]) => nora[method]?.(...args));
  capture(nora);
  if ((given.auto ?? "page").includes("page")) watch(() => nora.page(), !noted);

  tabs.hold();
  listen();
  load()
    .then((core) => {
      core.start(options.writeKey);
      return core;
    })
    .catch((error) => console.info("nora: without WebAssembly:", error)) // the server does its work
    .then((core) => {
      outbox.settle(core || undefined, tabs.recover);
      tabs.adopt();
    });
}

function note(method: string, args: unknown[], before?: () => void) {
  const callback = args.find((arg) => typeof arg == "function") as (() => void) | undefined;
  record(method, args, before);
  if (callback) setTimeout(callback);
}

const isId = (value: unknown) => (typeof value == "string" && value !== "") || typeof value == "number";

function consent(categories: Record<string, boolean>) {
  const was = permission.open;
  // The last thing said before consent ends is that it ends.
  if (was) tell(categories);
  permission.choose(categories);
  if (permission.open) {
    permission.save();
    visitor.save();
    if (!was) {
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
  forget();
  keys("nora_").forEach(remove);
  visitor.clear();
}

function listen() {
  const leave = () => {
    keep();
    outbox.pump(true);
  };
  addEventListener("pagehide", () => {
    leave();
    tabs.release();
  });
  addEventListener("pageshow", (event) => event.persisted && tabs.hold());
  addEventListener("online", outbox.hurry);
  document.addEventListener("visibilitychange", () => (document.visibilityState == "hidden" ? leave() : tabs.adopt()));
}
