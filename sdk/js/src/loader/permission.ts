// Whether anything may be stored and sent.
import { options } from "./options";
import { get, remove, set } from "./store";

export const KEY = "nora_consent";

/** What the visitor allowed, by category, where they were asked. */
export let categories: Record<string, boolean> | undefined;
/** Closed until `init()`. */
export let open = false;

const required = () =>
  options.consent == "required" ||
  (options.respectPrivacy !== false &&
    ((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack == "1"));

const decide = () => {
  open = categories ? Object.values(categories).some(Boolean) : !required();
};

export function load() {
  try {
    categories = JSON.parse(get(KEY) || "null") ?? undefined;
  } catch {}
  decide();
}

export function choose(chosen: Record<string, boolean>) {
  categories = chosen;
  decide();
}

/** A refusal is kept only where it would otherwise be taken for consent. */
export const save = () => (open || !required() ? set(KEY, JSON.stringify(categories)) : remove(KEY));
