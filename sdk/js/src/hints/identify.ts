// Who somebody is, as the page hints; hashed before it leaves the page, if the site wants that.
import { isOpen, nora, options } from "../capture/tools";

export type Traits = Record<string, string>;

/** Only where the site asked for it and the visitor agreed. */
export const allowed = (hint: string) => isOpen() && options.hints?.includes(hint);

export const identify = (userId: string | undefined, traits: Traits) =>
  tell(userId, traits).catch((error) => console.warn("nora:", error));

async function tell(userId: string | undefined, traits: Traits) {
  const externalIds: object[] = [];
  if (`${options.hash}` == "true") {
    for (const name of ["email", "phone"]) {
      const value = traits[name]?.trim().toLowerCase() ?? "";
      delete traits[name];
      // Of a number without its country nobody knows whose it is; and only pages with TLS can hash. Then nothing is said.
      const normal = name == "email" ? value : value[0] == "+" && "+" + value.replace(/\D/g, "");
      if (!normal || !crypto.subtle) continue;
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(normal)));
      const type = name + "_sha256";
      const id = (traits[type] = Array.from(hash, (byte) => (byte + 256).toString(16).slice(1)).join(""));
      externalIds.push({ id, type, collection: "users", encoding: "none" });
    }
  }
  if (userId || Object.keys(traits).length) void nora.identify(userId, traits, { context: externalIds.length ? { externalIds } : {} });
}
