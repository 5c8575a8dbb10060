// Who the visitor is: anonymous id, user id, session.
import { categories, open } from "./permission";
import { cookie, get, remove, set, setCookie } from "./store";
import { uuid } from "./uuid";

const ANONYMOUS = "nora_anonymous_id";
const USER = "nora_user_id";
const SESSION = "nora_session";
const IDLE_MS = 30 * 60e3;
/** A write costs more than all the rest of a call. */
const PRECISION_MS = 5e3;

export let anonymousId = "";
export let userId = "";
export let sessionId = "";
let last = 0;
let written = 0;

/** At the start of a page. What analytics.js knew of the visitor is taken over where we know nothing. */
export function load() {
  anonymousId = cookie(ANONYMOUS) || get(ANONYMOUS) || "";
  userId = cookie(USER) || get(USER) || "";
  if (!anonymousId) {
    const before = (name: string) => (cookie(name) || get(name) || "").replace(/^"|"$/g, "").replace(/^null$/, "");
    anonymousId = before("ajs_anonymous_id") || uuid();
    userId ||= before("ajs_user_id");
  }
  touch(Date.now());
  save();
}

/** Before the first call of a turn: another tab may have logged in or out, and a session may be over. */
export function refresh() {
  const stored = get(ANONYMOUS);
  if (stored && open) {
    if (stored != anonymousId) sessionId = "";
    anonymousId = stored;
    userId = get(USER) || "";
  }
  touch(Date.now());
}

function touch(now: number) {
  const [id, at] = (get(SESSION) || "").split(" ");
  if (id && open) {
    sessionId = id;
    last = Math.max(last, +at! || 0);
  }
  // A clock that was set back ends no session.
  if (!sessionId || now - last > IDLE_MS) {
    sessionId = uuid();
    written = 0;
    if (last) save();
  }
  last = now;
  if (open && Math.abs(now - written) > PRECISION_MS) {
    set(SESSION, sessionId + " " + now);
    written = now;
  }
}

/** Another user on this device is another visitor: the anonymous id of the last one is not theirs. */
export function identify(id: string) {
  if (userId && userId != id) anonymousId = uuid();
  if (userId != id) {
    userId = id;
    save();
  }
}

export function reset() {
  anonymousId = uuid();
  userId = sessionId = "";
  last = written = 0;
  remove(SESSION);
  save();
  touch(Date.now());
}

/** Also renews the cookies, which is due at each session. */
export function save() {
  if (!open) return;
  keep(ANONYMOUS, anonymousId);
  keep(USER, userId);
}

function keep(name: string, value: string) {
  if (value) set(name, value);
  else remove(name);
  if (value || cookie(name)) setCookie(name, value);
}

/** Consent was withdrawn: nothing stays, and who comes back is somebody new. */
export function clear() {
  [ANONYMOUS, USER].forEach((name) => {
    remove(name);
    setCookie(name, "");
  });
  remove(SESSION);
  anonymousId = uuid();
  userId = sessionId = "";
  last = written = 0;
}

/** The visitor as a raw call names them, but for consent, which is asked when the call is kept. */
export const stamp = () => ({ a: anonymousId, u: userId || undefined, s: sessionId });
export const withConsent = (visitor: object) => JSON.stringify({ ...visitor, c: categories });
