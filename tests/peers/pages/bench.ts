// What every page of the bench offers, whichever SDK is on it.

export type Track = (name: string, properties: Record<string, unknown>) => void

declare global {
  interface Window {
    bench: { ready: Promise<number>; track: Track }
    /** When the first statement of the SDK's script ran, ms since navigation; the bundle's first line sets it. */
    scriptStart: number
  }
}

/** Where the SDK's script came from is where its events go. */
export const host = new URL(import.meta.url).origin

/** `ready` is the SDK's own word for it; it resolves with the ms since the script started. */
export function measured(ready: PromiseLike<unknown>, track: Track): void {
  window.bench = { ready: Promise.resolve(ready.then(() => performance.now() - window.scriptStart)), track }
}
