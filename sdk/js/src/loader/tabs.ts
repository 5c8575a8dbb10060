// Queues of pages that are gone: of the page before this one, of a closed tab, of a browser that was killed.
import { deliver, pump } from "./outbox";
import { open } from "./permission";
import { prefix, tab } from "./recorder";
import { get, keys } from "./store";

/** Without locks, calls this old are taken for left behind. If they are not, they go twice and are stored once. */
const ABANDONED_MS = 60e3;

const locks = navigator.locks as LockManager | undefined;
let releases: (() => void)[] = [];

/** While this page lives its queue is its own. The lock goes in time for the back/forward cache. */
export const hold = () => void lock(tab, () => {});
export const release = () => releases.splice(0).forEach((end) => end());

const lock = (name: string, then: () => void) =>
  locks
    ?.request("nora_" + name, { ifAvailable: true }, (lock) => {
      if (!lock) return;
      then();
      return new Promise<void>((end) => releases.push(end));
    })
    .catch(() => {});

/** Takes over what nobody holds. Each queue is taken by one tab only, which holds its lock from then on. */
export function adopt() {
  if (!open) return;
  const queues = new Map<string, string[]>();
  for (const key of keys(prefix())) {
    const owner = key.slice(prefix().length).split("_")[0]!;
    if (owner != tab) queues.set(owner, [...(queues.get(owner) ?? []), key]);
  }
  for (const [owner, keys] of queues) {
    if (locks) void lock(owner, () => take(keys));
    else take(keys.filter(abandoned));
  }
}

/** After a trap: this page's own queue again. */
export const recover = () => take(keys(prefix() + tab));

function take(keys: string[]) {
  const number = (key: string) => +key.split("_").pop()!;
  keys.sort((a, b) => number(a) - number(b));
  for (const key of keys) {
    const calls = get(key);
    if (calls) deliver(key, calls);
  }
  pump();
}

const abandoned = (key: string) => Date.now() - Date.parse(/"t":"([^"]+)/.exec(get(key) ?? "")?.[1] ?? "") > ABANDONED_MS;
