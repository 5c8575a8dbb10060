// Listeners that cost the page nothing and never throw into it.

export const guarded =
  <Args extends unknown[]>(then: (...args: Args) => void) =>
  (...args: Args) => {
    try {
      then(...args);
    } catch (error) {
      console.warn("nora:", error);
    }
  };

/** Listens before the page does, so that no `stopPropagation()` hides anything. */
export const on = (types: string, then: (event: any) => void, target: EventTarget = window) =>
  types.split(" ").forEach((type) => target.addEventListener(type, guarded(then), { capture: true, passive: true }));
