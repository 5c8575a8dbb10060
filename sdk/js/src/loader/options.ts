// How the site wants it: the script tag's attributes.
import type { InitOptions } from "../types";

// While a module runs there is no current script.
const script = (document.currentScript ?? document.querySelector("script[data-write-key]")) as HTMLScriptElement | null;

/** Where the script came from is where the events go. */
export const origin = () => new URL(script?.src || location.href, location.href).origin;

/** What the tag says, if it names a write key. */
export function configured(): InitOptions | undefined {
  const data = script?.dataset;
  if (data?.writeKey) {
    return { ...data, respectPrivacy: data.respectPrivacy != "false" } as unknown as InitOptions;
  }
}

/** As given to `init()`. */
export let options: InitOptions;
export let host: string;

export function configure(given: InitOptions) {
  options = given;
  host = (given.host || origin()).replace(/\/+$/, "");
}
