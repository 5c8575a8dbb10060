// One request. Simple in the sense of CORS, so that no preflight stands between an event and a closing page.
import { host, options } from "./options";
import { quietly } from "./store";
import * as visitor from "./visitor";

const TIMEOUT_MS = 3e4;

interface Answer {
  /** 0 where there was none. */
  status: number;
  /** Seconds; 0 where the server does not say. */
  retryAfter: number;
  text: string;
}

/** Posts a body. Never throws. */
export async function post(path: string, body: string, keepalive: boolean, leaving?: boolean, credentials?: RequestCredentials): Promise<Answer> {
  try {
    if (leaving && !("keepalive" in Request.prototype)) {
      // There is no answer to a beacon. What is sent again is stored once.
      navigator.sendBeacon(host + path, body);
      throw 0;
    }
    const answer = await fetch(host + path, { method: "POST", body, keepalive, credentials, signal: AbortSignal.timeout?.(TIMEOUT_MS) });
    // An answer that nobody reads never gives its keepalive bytes back.
    const text = await answer.text();
    return { status: answer.status, retryAfter: +answer.headers.get("retry-after")! || 0, text };
  } catch {
    return { status: 0, retryAfter: 0, text: "" };
  }
}

/** What the server says of the visitor; nothing of it where it does not answer. */
interface Said {
  status: number;
  anonymousId?: string;
  token?: string;
  /** Seconds. */
  expiresIn?: number;
}

/** Asks the server about the visitor. Never throws. */
export async function ask(path: string, credentials?: RequestCredentials, more?: object): Promise<Said> {
  const body = JSON.stringify({ writeKey: options.writeKey, anonymousId: visitor.anonymousId, ...more });
  const { status, text } = await post(path, body, true, false, credentials);
  return { ...quietly(() => JSON.parse(text)), status };
}
