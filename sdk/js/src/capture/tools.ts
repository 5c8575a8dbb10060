// What the loader hands over.
import type { InitOptions, Nora } from "../types";
import type * as element from "./element";
import type * as listen from "./listen";
import type { ask as Ask } from "../loader/post";

/** In this order: names would be in both files. */
export type Tools = [
  nora: Nora,
  options: InitOptions,
  /** The page as JSON, in the form of an event's context. */
  context: () => string,
  /** Local storage. */
  get: (key: string) => string | null | undefined,
  set: (key: string, value: string) => void,
  /** Whether anything may be stored and sent. */
  isOpen: () => boolean,
  ask: typeof Ask,
  on: typeof listen.on,
  guarded: typeof listen.guarded,
  pathOf: typeof element.pathOf,
  find: typeof element.find,
  attr: typeof element.attr,
  below: typeof element.below,
];

export let [nora, options, context, get, set, isOpen, ask, on, guarded, pathOf, find, attr, below] = [] as unknown as Tools;

export const use = (tools: Tools) => {
  [nora, options, context, get, set, isOpen, ask, on, guarded, pathOf, find, attr, below] = tools;
};

/** Whether the site wants this noted. */
export const auto = (what: string) => options.auto?.includes(what);

const hiding: (() => void)[] = [];

/** The page goes, or may never be seen again; what is tracked now is sent now. */
export const onHide = (then: () => void) => hiding.push(guarded(then));
export const hide = () => hiding.forEach((then) => then());
