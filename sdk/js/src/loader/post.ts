// One request. Simple in the sense of CORS, so that no preflight stands between an event and a closing page.
import { host } from "./options";

/** `keepalive` requests under way may have 64 KiB between them. */
const KEEPALIVE_BYTES = 61440;
const TIMEOUT_MS = 30e3;

// A page that goes sees its requests fail although they go on. Only if it is shown again is that worth knowing.
let gone = false;
addEventListener("pagehide", () => (gone = true));
const shown = () => new Promise((then) => addEventListener("pageshow", then, { once: true }));

/** Posts a body and tells the status, 0 where there was no answer, and `Retry-After` in seconds. Never throws. */
export async function post(path: string, body: string, leaving: boolean): Promise<[status: number, retryAfter: number]> {
  try {
    const small = new TextEncoder().encode(body).length < KEEPALIVE_BYTES;
    if (leaving && !("keepalive" in Request.prototype)) {
      navigator.sendBeacon(host + path, body);
      return [0, 0]; // There is no answer to a beacon. What is sent again is stored once.
    }
    const answer = await fetch(host + path, {
      method: "POST",
      body,
      keepalive: small,
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
    await answer.text(); // An answer that nobody reads never gives its keepalive bytes back.
    return [answer.status, +(answer.headers.get("retry-after") ?? 0) || 0];
  } catch {
    if (gone) await shown();
    gone = false;
    return [0, 0];
  }
}
