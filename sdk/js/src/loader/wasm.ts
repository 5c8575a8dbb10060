// The WebAssembly module, which comes with this script.
import { bind, imports, type Core } from "nora-wasm";
import { host } from "./options";

export type { Core };

// Put in by the build: the module's bytes, each as the character of its number; how many; and where else they are.
declare const NORA_WASM: string;
declare const NORA_WASM_BYTES: number;
declare const NORA_WASM_URL: string;

/** The module at work. Rejects where the browser or the site's policy does not allow it. */
export async function load(): Promise<Core> {
  let bytes = Uint8Array.from(NORA_WASM, (character) => character.charCodeAt(0));
  // Served without `charset=utf-8` the characters are others, and more.
  if (bytes.length != NORA_WASM_BYTES) bytes = new Uint8Array(await (await fetch(host + NORA_WASM_URL)).arrayBuffer());
  return bind((await WebAssembly.instantiate(bytes, imports)).instance.exports);
}
