// The first-party cookies of ad platforms, which tell them again who came from them.
import { categories, open } from "../loader/permission";
import { cookie } from "../loader/store";

export const allowed = () => open && categories?.Advertising !== false;

/** Those that are there, if the visitor allows it. */
export function cookies() {
  const found: Record<string, string> = {};
  if (allowed()) {
    for (const name of ["_fbp", "_fbc", "_ga"]) {
      const value = cookie(name);
      if (value) found[name] = value;
    }
  }
  return Object.keys(found).length ? found : undefined;
}
