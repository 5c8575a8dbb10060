// Checks the examples, and the programs in docs/: React by its types, Vue (which is not installed here) and plain scripts by their syntax.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const { transformSync } = createRequire(join(here, '../sdk/js/package.json'))('esbuild')
const tsc = createRequire(join(here, '../www/package.json')).resolve('typescript/bin/tsc')

/** Throws where the text cannot be read. */
const parse = (name, text, loader = 'js') => transformSync(text, { loader, sourcefile: name, logLevel: 'error' })
/** The inside of every element or block of this form. */
const parts = (text, form) => [...text.matchAll(form)].map(([, inside]) => inside)
const read = (path) => readFileSync(join(here, path), 'utf8')

execFileSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' })

let checked = 0
const check = (name, texts, loader) => {
  for (const text of texts) {
    parse(name, text, loader)
    checked += 1
  }
}
check('plain/index.html', parts(read('plain/index.html'), /<script>(.*?)<\/script>/gs))
for (const name of readdirSync(join(here, 'vue'))) {
  const text = read(`vue/${name}`)
  check(`vue/${name}`, name.endsWith('.vue') ? parts(text, /<script setup lang="ts">(.*?)<\/script>/gs) : [text], 'ts')
}
for (const name of readdirSync(join(here, '../docs'))) {
  const text = read(`../docs/${name}`)
  // In a list they are indented.
  check(`docs/${name}`, parts(text, /^ *```js\n(.*?)```/gms))
  check(`docs/${name}`, parts(text, /^ *```html\n(.*?)```/gms).flatMap((html) => parts(html, /<script>(.*?)<\/script>/gs)))
  parts(text, /^ *```json\n(.*?)```/gms).forEach((json) => JSON.parse(json))
}
if (checked < 9) throw new Error(`only ${checked} programs were found: the check is broken`)
console.log(`${checked} programs can be read, and the React example has the right types`)
