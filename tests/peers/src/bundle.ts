import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

/** Marks the moment at which the SDK's code starts to run; the first of its files that runs comes first. */
export const START = 'globalThis.scriptStart??=performance.now();'

const pages = fileURLToPath(new URL('../pages/', import.meta.url))

/**
 * The files of an SDK by path, as a site's bundler makes them: minified, in production mode, what is loaded later in files of its own.
 * `/bench.js` is what the page names.
 */
export async function bundle(peer: string): Promise<Map<string, Buffer>> {
  const { outputFiles } = await build({
    entryPoints: { bench: `${pages}${peer}.ts` },
    outdir: '/',
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2020',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: START },
    logLevel: 'error',
    write: false,
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)]))
}
