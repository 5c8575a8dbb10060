// The id that the site's own server keeps in a cookie which no script can read, and which browsers keep longest; and what links carry.
import { host, options } from "./options";
import { rename as renameSent, wait } from "./outbox";
import { open } from "./permission";
import { ask } from "./post";
import { record, rename } from "./recorder";
import { get, root, set } from "./store";
import * as visitor from "./visitor";

const RENEWED = "nora_id_at";
const RENEW_MS = 864e5;
const PATIENCE_MS = 2e3;

/** Of a link from another site of the same owner. */
let link: string | undefined;

/** Takes `nora_link` out of the address bar, before anybody notes the address. */
export function takeLink() {
  const token = /[?&]nora_link=([^&#]*)/.exec(location.href)?.[1];
  if (!token) return;
  try {
    history.replaceState(history.state, "", location.href.replace(/([?&])nora_link=[^&#]*&?/, "$1").replace(/[?&](?=#|$)/, ""));
  } catch {
    // In a sandbox. The address stays as it is.
  }
  if (token[0] == "x") link = token;
  // Of a newsletter: only the server can read it.
  else if (token[0] == "n" && options.hints?.includes("link")) record("identify", [null, null, { context: { identity: { link: token } } }]);
}

/** Whether the server is of the same site, so that its cookie is a first party's. */
function isOurs() {
  const name = new URL(host).hostname;
  const site = root() || location.hostname;
  return options.cookie == "server" || name == site || name.endsWith("." + site);
}

/** Asks the server who this is, where it may be asked and could know better. Sending waits for that, and nothing else does. */
export async function resolve() {
  const unsure = visitor.isNew || link;
  if (!open || !isOurs() || !(unsure || Date.now() - +(get(RENEWED) || 0) > RENEW_MS)) return;
  if (unsure) {
    wait(true);
    setTimeout(wait, PATIENCE_MS, false);
  }
  const asked = visitor.anonymousId;
  const { status, anonymousId } = await tell({ link });
  link = undefined;
  if (status && status < 500 && open) {
    set(RENEWED, "" + Date.now());
    // They may have logged out in the meantime.
    if (status == 200 && asked == visitor.anonymousId) become(anonymousId);
  }
  wait(false);
}

function become(id?: string) {
  const before = visitor.anonymousId;
  if (!id || id == before) return;
  visitor.adopt(id);
  rename(before, id);
  renameSent(before, id);
}

const tell = (more: object) => ask("/v1/id", "include", more);

/** After `reset()`. */
export const reset = () => open && isOurs() && tell({ reset: true });

/** Consent was withdrawn. */
export const forget = () => isOurs() && tell({ anonymousId: undefined, forget: true });
