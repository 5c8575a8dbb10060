'use client'

import nora, { type InitOptions, type Nora, type Properties } from '@nora/sdk'
import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react'

const NoraContext = createContext<typeof nora>(nora)

let started = false

/** Starts Nora once, in the browser. Around the whole application: `app/layout.tsx` of Next.js, `main.tsx` of Vite. */
export function NoraProvider({ options, children }: { options: InitOptions; children: ReactNode }) {
  useEffect(() => {
    // React runs effects twice in development.
    if (started) return
    started = true
    void nora.init(options)
  }, [options])
  return <NoraContext value={nora}>{children}</NoraContext>
}

/** Nora's calls: they can be made at once, and wait until the script is there. */
export const useNora = (): Pick<Nora, 'identify' | 'track' | 'page' | 'group' | 'consent' | 'reset'> => useContext(NoraContext)

/** A page view with a name of its own, for applications with `auto: 'none'`: by default every address is a page view already. */
export function usePage(name: string, properties?: Properties) {
  const { page } = useNora()
  const said = JSON.stringify(properties ?? {})
  useEffect(() => {
    void page(name, JSON.parse(said) as Properties)
  }, [page, name, said])
}

/** Says who is logged in; and, once nobody is any more, that the next visitor is somebody else. */
export function useIdentity(user: { id: string; traits?: Properties; signature?: string } | null) {
  const { identify, reset } = useNora()
  const known = useRef<string | null>(null)
  const said = JSON.stringify(user)
  useEffect(() => {
    const now = JSON.parse(said) as typeof user
    if (now === null && known.current !== null) void reset()
    known.current = now?.id ?? null
    if (now === null) return
    const { id, traits = {}, signature } = now
    void identify(id, traits, signature === undefined ? {} : { context: { identity: { signature } } })
  }, [identify, reset, said])
}
