// What somebody typed into a field that the site marked for it: `data-nora-identify="email"`.
import { ignored, SECRET } from "../capture/about";
import { attr } from "../capture/tools";
import { allowed, identify, type Traits } from "./identify";

/** Shaped as `shared/src/normalize.rs` wants it; anything may be the value of another trait. */
const SHAPES: Record<string, RegExp> = { email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, phone: /(\d\D*){7}/ };
const MARK = "data-nora-identify";

const told: Traits = {};

/** At a change of such a field; and of all that a form has, when it is submitted. */
export function fields({ type }: Event, [target]: Element[]) {
  if (!target || !allowed("form")) return;
  const traits: Traits = {};
  for (const field of type == "change" ? [target] : target.querySelectorAll(`[${MARK}]`)) {
    const name = attr(field, MARK);
    const value = (field as HTMLInputElement).value?.trim();
    if (!name || !value || told[name] == value || ignored(field) || SHAPES[name]?.test(value) == false) continue;
    if (!field.matches(SECRET + ",[type=checkbox],[type=radio]")) traits[name] = told[name] = value;
  }
  void identify(undefined, traits);
}
