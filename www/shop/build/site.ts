import type { Plugin } from 'vite'
import { renderArt } from '../src/art/render.ts'
import { renderSite, type Assets } from '../src/pages/site.ts'

const entry = 'src/client/main.ts'

/**
 * The shop is a folder of plain pages. This plugin renders them from the catalogue: while building, next to the one
 * script and the one style sheet that Vite made; while developing, when they are asked for.
 */
export function site(): Plugin {
  return {
    name: 'shop-site',

    generateBundle(_options, bundle) {
      const files = Object.values(bundle)
      const script = files.find((file) => file.type === 'chunk' && file.isEntry)
      const style = files.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
      if (!script || !style) throw new Error('the shop needs one script and one style sheet')

      const art = new Map<string, string>()
      for (const [name, source] of renderArt()) {
        const file = this.emitFile({ type: 'asset', name: `${name}.svg`, source })
        art.set(name, `/shop/${this.getFileName(file)}`)
      }
      const assets: Assets = { script: `/shop/${script.fileName}`, style: `/shop/${style.fileName}`, art: (name) => need(art, name) }
      for (const [path, source] of renderSite(assets)) {
        this.emitFile({ type: 'asset', fileName: `${path}index.html`, source })
      }
    },

    configureServer(server) {
      const pages = renderSite({ script: `/shop/${entry}`, style: '/shop/src/styles/shop.css', art: (name) => `/shop/art/${name}.svg` })
      const art = renderArt()
      server.middlewares.use((request, response, next) => {
        const path = (request.originalUrl ?? '').replace(/[?#].*$/, '').replace(/^\/shop\//, '')
        const page = pages.get(path)
        const picture = art.get(path.replace(/^art\/(.*)\.svg$/, '$1'))
        if (page === undefined && picture === undefined) return next()
        response.setHeader('Content-Type', page === undefined ? 'image/svg+xml' : 'text/html; charset=utf-8')
        response.end(page ?? picture)
      })
    },
  }
}

function need(art: Map<string, string>, name: string): string {
  const url = art.get(name)
  if (url === undefined) throw new Error(`no picture is called ${name}`)
  return url
}
