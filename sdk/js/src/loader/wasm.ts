// The WebAssembly module, which comes with this script.
import { host } from "./options";

// Put in by the build: the module's bytes, each as the character of its number; how many; and where else they are.
declare const NORA_WASM: string;
declare const NORA_WASM_BYTES: number;
declare const NORA_WASM_URL: string;

/** What wasm-bindgen makes of `sdk/src/browser.rs`. */
interface Exports {
  memory: WebAssembly.Memory;
  room(bytes: number): number;
  events(at: number, bytes: number): number;
}

/** Makes events of raw calls; see `sdk/src/browser.rs`. Throws after a trap. */
export type Events = (calls: string) => string;

/** The module at work. Rejects where the browser or the site's policy does not allow it. */
export async function load(): Promise<Events> {
  let bytes = Uint8Array.from(NORA_WASM, (character) => character.charCodeAt(0));
  // Served without `charset=utf-8` the characters are others, and more.
  if (bytes.length != NORA_WASM_BYTES) bytes = new Uint8Array(await (await fetch(host + NORA_WASM_URL)).arrayBuffer());
  const core = (await WebAssembly.instantiate(bytes)).instance.exports as unknown as Exports;
  // Glue of our own, since only text crosses: what wasm-bindgen writes for it is 0.5 KB more.
  return (calls) => {
    const given = new TextEncoder().encode(calls);
    const at = core.room(given.length);
    new Uint8Array(core.memory.buffer).set(given, at);
    const from = core.events(at, given.length);
    const memory = new Uint8Array(core.memory.buffer);
    return new TextDecoder().decode(memory.subarray(from, memory.indexOf(0, from)));
  };
}
