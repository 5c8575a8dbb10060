type Traits = Record<string, unknown>

type Call =
  | ['track', string, Record<string, unknown>]
  | ['identify', string, Traits]
  | ['identify', Traits]
  | ['consent', Record<string, boolean>]
  | ['reset']

interface Nora {
  track(event: string, properties: Record<string, unknown>): void
  identify(userId: string, traits: Traits): void
  identify(traits: Traits): void
  consent(categories: Record<string, boolean>): void
  reset(): void
}

declare global {
  interface Window {
    nora?: Nora | Call[]
  }
}

/** The tag loads on its own time. What is called before it is there waits in an array, which the tag takes over. */
function send(...call: Call): void {
  const nora = (window.nora ??= [])
  if (Array.isArray(nora)) {
    nora.push(call)
    return
  }
  switch (call[0]) {
    case 'track':
      return nora.track(call[1], call[2])
    case 'identify':
      return call.length === 3 ? nora.identify(call[1], call[2]) : nora.identify(call[1])
    case 'consent':
      return nora.consent(call[1])
    case 'reset':
      return nora.reset()
  }
}

export const track = (event: string, properties: Record<string, unknown> = {}) => send('track', event, properties)
/** Without a user id: what a visitor told about themselves before they have one. */
export const identify = (userId: string | null, traits: Traits) =>
  userId === null ? send('identify', traits) : send('identify', userId, traits)
export const consent = (categories: Record<string, boolean>) => send('consent', categories)
export const reset = () => send('reset')
