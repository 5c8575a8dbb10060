// What the loader hands over.
import type { InitOptions, Nora } from "../types";

export interface Tools {
  nora: Nora;
  options: InitOptions;
  host: string;
  /** The page as JSON, in the form of an event's context. */
  context(): string;
  /** Local storage. */
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
  /** Whether anything may be stored and sent. */
  isOpen(): boolean;
}

export let tools: Tools;
export const use = (given: Tools) => (tools = given);

/** Whether the site wants this noted. */
export const auto = (what: string) => tools.options.auto?.includes(what);
