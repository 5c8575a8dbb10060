import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Bench } from './bench.ts'
import type { Peer } from './peers.ts'

/** What it was measured on, and with which versions. */
export function machine(bench: Bench, peers: Peer[]): string {
  const versions = peers.flatMap(({ package: name }) => (name ? [`${name} ${version(name)}`] : []))
  const all = cpus()
  return `${all.length} cores of ${all[0]?.model.trim() ?? 'an unknown processor'}; Chromium ${bench.chromium.version}; Node ${process.versions.node}\n${versions.join(', ')}`
}

function version(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
