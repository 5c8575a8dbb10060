// Who is logged in, as the page says: `<meta name="nora:user-id" content="42">`, or `user_id` in the data layer.
import { below, get, nora, set } from "../capture/tools";
import { allowed, identify, type Traits } from "./identify";

const KEY = "nora_login";
/** What pages write where nobody is logged in. */
const NOBODY = /^(|0|-1|null|undefined|none|nan|false|guest|anonymous)$/i;

let waiting = "";

/** The data layer named a user. */
export function pushed(id: unknown) {
  if (id == null) return;
  waiting = "" + id;
  login();
}

/** Looks at the page, which may be another by now, and says who it is: once a session, and when it is somebody else. */
export function login() {
  if (!allowed("login")) return;
  let id = waiting;
  // After a log-out it must not come back.
  waiting = "";
  const traits: Traits = {};
  document.querySelectorAll<HTMLMetaElement>("meta[name^='nora:']").forEach(({ name, content }) => {
    const trait = below("nora:trait-", name);
    if (trait) traits[trait] = content;
    else if (name == "nora:user-id") id = content.trim();
  });
  const { userId, sessionId } = nora.visitor();
  if (NOBODY.test(id) || (userId == id && get(KEY) == sessionId)) return;
  set(KEY, sessionId);
  void identify(id, traits);
}
