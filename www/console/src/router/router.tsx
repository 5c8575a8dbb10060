import { useMemo, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react'

/** Routing for a handful of pages: the address is the state, and a link is a real link. */
const base = '/console'
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

const address = () => location.pathname + location.search

export function navigate(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', base + to)
  if (!replace) window.scrollTo(0, 0)
  for (const listener of listeners) listener()
}

export interface Place {
  path: string
  query: URLSearchParams
}

/** Where we are, below /console. */
export function usePlace(): Place {
  const current = useSyncExternalStore(subscribe, address)
  return useMemo(() => {
    const [path = '', search = ''] = current.split('?')
    return { path: path.slice(base.length) || '/', query: new URLSearchParams(search) }
  }, [current])
}

export interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string
}

export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    // With a modifier the reader wants a tab of their own: the browser does that.
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to)
  }
  return <a {...rest} href={base + to} onClick={follow} />
}

export const profilePath = (id: string) => `/profiles/${encodeURIComponent(id)}`
