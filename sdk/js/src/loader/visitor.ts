// Who the visitor is: anonymous id, user id, session.
import { open } from "./permission";
import { cookie, get, remove, set, setCookie } from "./store";
import { uuid } from "./uuid";

const ANONYMOUS = "nora_anonymous_id";
const USER = "nora_user_id";
const SESSION = "nora_session";
const IDLE_MS = 30 * 6e4;
/** A write costs more than all the rest of a call. */
const PRECISION_MS = 5e3;

export let anonymousId = "";
export let userId = "";
export let sessionId = "";
/** Whether the anonymous id was made up on this page. */
export let isNew = false;
let last = 0;
let written = 0;
/** Whether another tab may have said something. To read takes a tenth of a call. */
let stale = true;

/** At the start of a page. What analytics.js knew of the visitor is taken over where we know nothing. */
export function load() {
  const stored = (name: string) => cookie(name) || get(name) || "";
  anonymousId = stored(ANONYMOUS);
  userId = stored(USER);
  if (!anonymousId) {
    const before = (name: string) => stored(name).replace(/^"|"$|^null$/g, "");
    anonymousId = before("ajs_anonymous_id");
    userId ||= before("ajs_user_id");
    isNew = !anonymousId;
    anonymousId ||= uuid();
  }
  touch();
  save();
}

/** Another tab has written, or could have while this one slept. */
export const doubt = () => {
  stale = true;
};

/** Before the first call of a turn: another tab may have logged in or out, and a session may be over. */
export function refresh() {
  const stored = stale && open && get(ANONYMOUS);
  if (stored) {
    if (stored != anonymousId) sessionId = "";
    anonymousId = stored;
    userId = get(USER) || "";
  }
  touch();
}

function touch() {
  const now = Date.now();
  const [id, at] = (((stale || now - last > IDLE_MS) && open && get(SESSION)) || "").split(" ");
  stale = !open;
  if (id) {
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

/** The server knows this browser by another id. */
export function adopt(id: string) {
  anonymousId = id;
  save();
}

export function reset() {
  anonymousId = uuid();
  userId = sessionId = "";
  last = written = 0;
  remove(SESSION);
  save();
  touch();
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
  [ANONYMOUS, USER].forEach((name) => setCookie(name, ""));
  anonymousId = uuid();
  userId = sessionId = "";
  last = written = 0;
}

/** The visitor as a raw call names them. */
export const stamp = () => ({ a: anonymousId, u: userId || undefined, s: sessionId });
export type Stamp = ReturnType<typeof stamp>;
