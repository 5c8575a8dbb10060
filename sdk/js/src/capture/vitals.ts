// How the page felt: Core Web Vitals, once a page, when it is first hidden.
//
// The definitions are those of https://web.dev/articles/vitals and of https://github.com/GoogleChrome/web-vitals (Apache-2.0),
// which a test compares with. Left out are navigations within the page; and where a browser does not count interactions, the
// slowest one is taken.
import { nora, onHide } from "./tools";

/** What is read of entries, of all types. */
interface Entry extends PerformanceEntry {
  activationStart: number;
  hadRecentInput: boolean;
  interactionId: number;
  responseStart: number;
  value: number;
}

/** Event timings shorter than this are no news: two and a half frames. */
const SHORT_MS = 40;
/** Remembered, at most. */
const INTERACTIONS = 1e3;

export function vitals() {
  let lcp = 0;
  let fcp = 0;
  let [cls, burst, first, last] = [0, 0, 0, 0];
  /** How long interactions took, by their number. */
  const slow = new Map<number, number>();
  const interaction = ({ interactionId, duration }: Entry) => {
    if (interactionId && slow.size < INTERACTIONS) slow.set(interactionId, Math.max(duration, slow.get(interactionId) ?? 0));
  };
  const handlers: Record<string, (entry: Entry) => void> = {
    "largest-contentful-paint": ({ startTime }) => (lcp = startTime),
    paint: ({ name, startTime }) => {
      if (name == "first-contentful-paint") fcp = startTime;
    },
    // The worst burst: less than 1 s between two shifts, and 5 s at most.
    "layout-shift": ({ startTime, value, hadRecentInput }) => {
      if (hadRecentInput) return;
      if (startTime - last >= 1e3 || startTime - first >= 5e3) burst = 0;
      if (!burst) first = startTime;
      last = startTime;
      burst += value;
      cls = Math.max(cls, burst);
    },
    event: interaction,
    "first-input": interaction,
  };
  const observers = Object.keys(handlers)
    .filter((type) => self.PerformanceObserver?.supportedEntryTypes?.includes(type))
    .map((type) => {
      const take = (entries: PerformanceEntryList) => (entries as Entry[]).forEach(handlers[type]!);
      const observer = new PerformanceObserver((list) => take(list.getEntries()));
      observer.observe({ type, buffered: true, durationThreshold: SHORT_MS } as PerformanceObserverInit);
      return () => take(observer.takeRecords());
    });

  let isTold = false;
  onHide(() => {
    if (isTold) return;
    isTold = true;
    observers.forEach((take) => take());
    const entries = (type: string) => performance.getEntriesByType(type) as Entry[];
    const [navigation] = entries("navigation");
    const start = navigation?.activationStart ?? 0;
    const since = (time: number | undefined) => (time ? Math.round(Math.max(time - start, 0)) : undefined);
    // What was painted after the page had been hidden says nothing of its speed.
    if (entries("visibility-state").some(({ name, startTime }) => name == "hidden" && startTime >= start && startTime < fcp)) lcp = fcp = 0;
    // But for one in fifty.
    const count = (performance as { interactionCount?: number }).interactionCount ?? 0;
    nora.track("Web Vitals", {
      lcp: since(lcp),
      // Without a paint there was nothing that could shift.
      cls: fcp ? +cls.toFixed(4) : undefined,
      inp: [...slow.values()].sort((a, b) => b - a)[Math.min(slow.size - 1, Math.floor(count / 50))],
      fcp: since(fcp),
      ttfb: since(navigation?.responseStart),
    });
  });
}
