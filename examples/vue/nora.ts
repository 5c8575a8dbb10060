import nora, { type InitOptions } from '@nora/sdk'
import { inject, type App, type InjectionKey } from 'vue'
import type { Router } from 'vue-router'

const key: InjectionKey<typeof nora> = Symbol('nora')

/** `app.use(noraPlugin, { options, router })`. With a router every route is a page view by its name. */
export const noraPlugin = {
  install(app: App, { options, router }: { options: InitOptions; router?: Router }) {
    app.provide(key, nora)
    // On a server there is nobody to record.
    if (typeof window === 'undefined') return
    // With routes that have names, these are the page views; else each address is one by itself.
    void nora.init({ ...options, auto: router ? 'none' : 'page' })
    router?.afterEach((to, _from, failure) => {
      if (!failure) void nora.page(String(to.name ?? to.path))
    })
  },
}

/** Nora's calls, in `setup`. */
export function useNora(): typeof nora {
  return inject(key, nora)
}
