// Who sends what. Each tab sends what it wrote itself, under a lock with its name. One tab leads: it waits for the locks of the
// others, and has the queue of whoever is gone: of the page before this one, of a closed tab, of a browser that was killed.
import { push } from "./outbox";
import { open } from "./permission";
import { prefix, tab } from "./recorder";
import { get, keys, remove } from "./store";

/** Without locks, calls this old are taken for left behind. If they are not, they go twice and are stored once. */
const ABANDONED_MS = 6e4;

const locks = navigator.locks as LockManager | undefined;
let ends: (() => void)[] = [];
let pending: AbortController;
let leads = false;
let known: Set<string>;

/** At the start, and after a return from the back/forward cache, by another name. */
export function hold() {
  pending = new AbortController();
  known = new Set([tab]);
  lock(tab, () => {});
  lock(prefix(), () => {
    leads = true;
    adopt();
  });
}

/** No page with a lock may be in the back/forward cache. */
export function release() {
  leads = false;
  pending.abort();
  ends.splice(0).forEach((end) => end());
}

/** Waits for a lock, and keeps it while this page lives. */
const lock = (name: string, then: () => void) =>
  locks
    ?.request("nora_" + name, { signal: pending.signal }, () => {
      then();
      return new Promise<void>((end) => ends.push(end));
    })
    .catch(() => {});

/** Takes over the queues that these keys are of, once their tabs are gone. */
export function adopt(of = keys(prefix())) {
  if (!open || (locks && !leads)) return;
  for (const key of of) {
    const owner = key.slice(prefix().length).split("_")[0]!;
    if (known.has(owner)) continue;
    if (locks) {
      known.add(owner);
      lock(owner, () => take(owner));
    } else if (Date.now() - Date.parse(/"t":"([^"]+)/.exec(get(key) ?? "")?.[1] ?? "") > ABANDONED_MS) take(owner);
  }
}

function take(owner: string) {
  const number = (key: string) => +key.split("_").pop()!;
  for (const key of keys(prefix() + owner + "_").sort((a, b) => number(a) - number(b))) {
    try {
      const calls = get(key)!;
      push(key, calls, JSON.parse(calls).length);
    } catch {
      remove(key);
    }
  }
}
