// What `nora.debug()` turns on.

/** Prints what becomes of calls; nothing before `debug()`. */
export let log: (...what: unknown[]) => void = () => {};

export const debug = () => {
  log = console.log.bind(console, "nora:");
};
