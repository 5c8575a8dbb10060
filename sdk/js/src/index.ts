/**
 * Nora as a module. `init()` loads the script from your own host, so that it is always the one that fits the server, and calls
 * made before it is there wait for it. Importing this on a server does nothing.
 *
 * ```ts
 * import nora from "@nora/sdk";
 * nora.init({ writeKey: "…", host: "https://cdp.example.com" });
 * nora.track("Order Completed", { total: 42 });
 * ```
 */
import type { Counts, InitOptions, Nora, Visitor } from "./types.js";

export type { Counts, InitOptions, Nora, Properties, Visitor } from "./types.js";

type Call = [method: string, ...args: unknown[]];
type Loaded = Nora & { push(call: Call): unknown };

const global = () => (typeof window == "undefined" ? undefined : (window as unknown as { nora?: Loaded | Call[] }));

/** The script drains what it finds queued, and answers to `push` itself from then on. */
function send(...call: Call): Promise<void> {
  const window = global();
  if (window) (window.nora ??= []).push(call);
  return Promise.resolve();
}

const loaded = (): Nora | undefined => {
  const nora = global()?.nora;
  return nora && "visitor" in nora ? nora : undefined;
};

/** For pages with `require-trusted-types-for 'script'`: a policy named `nora`, which `trusted-types` has to allow where it is set. */
const trusted = (url: string): string => {
  const { trustedTypes } = window as unknown as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } };
  return trustedTypes?.createPolicy("nora", { createScriptURL: (url: string) => url }).createScriptURL(url) ?? url;
};

/** Loads the script and starts it. Events wait until then. */
export function init(options: InitOptions): Promise<void> {
  send("init", options);
  if (global() && !loaded()) {
    const script = document.createElement("script");
    script.async = true;
    script.src = trusted(`${(options.host ?? location.origin).replace(/\/+$/, "")}/nora.js`);
    document.head.append(script);
  }
  return Promise.resolve();
}

export const identify = ((...args: unknown[]) => send("identify", ...args)) as Nora["identify"];
export const track: Nora["track"] = (...args) => send("track", ...args);
export const page = ((...args: unknown[]) => send("page", ...args)) as Nora["page"];
export const group: Nora["group"] = (...args) => send("group", ...args);
export const alias: Nora["alias"] = (...args) => send("alias", ...args);
export const consent: Nora["consent"] = (categories) => send("consent", categories);
export const reset: Nora["reset"] = () => send("reset");
export const debug: Nora["debug"] = () => send("debug");
export const flush: Nora["flush"] = () => send("flush");
/** Resolves once the SDK is at work; calls back too, if asked to. */
export const ready = (callback?: () => void): Promise<void> =>
  new Promise((resolve) =>
    send("ready", () => {
      callback?.();
      resolve();
    }),
  );
/** Whom the events are about; `undefined` before the script is there. */
export const visitor = (): Visitor | undefined => loaded()?.visitor();
/** What became of the events of this page; `null` before the script is there. */
export const counts = (): Counts | null => loaded()?.counts() ?? null;

export default { init, identify, track, page, group, alias, consent, reset, flush, debug, ready, visitor, counts };
