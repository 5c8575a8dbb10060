/** A client that knows nothing of Nora but its description: it asks everything that this allows and much that it does not, and looks whether the answers are as described. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Nora } from '../browser/support/server.ts'
import { withNora } from './support/nora.ts'

/** The Python that has what `python/requirements.txt` names; `cargo xtask test` makes it. */
const python = process.env.NORA_PYTHON
const skip = python ? false : 'NORA_PYTHON names no Python with python/requirements.txt installed'
// On a busy machine, schemathesis may need as long between two requests.
process.env.NORA_CLIENT_TIMEOUT = '120'
const here = (name: string) => fileURLToPath(new URL(`schemathesis/${name}`, import.meta.url))
const basic = (key: string) => `Basic ${btoa(`${key}:`)}`

withNora('every answer to an owner is as described', { skip }, async (nora) => {
  await send(nora)
  await run(nora, [bearer(nora), basic(nora.writeKey), basic(nora.secretKey)])
})

withNora('every answer to somebody with a write key alone is as described', { skip }, async (nora) => {
  await send(nora)
  // Nearly all of them are 401.
  await run(nora, [basic(nora.writeKey), basic(nora.writeKey), basic(nora.writeKey)], '--phases=fuzzing', '--max-examples=1', '--warnings=off')
})

function bearer(nora: Nora): string {
  return `Bearer ${nora.token}`
}

/** Customers and held items for the answers: the examples of the description name them. */
async function send(nora: Nora): Promise<void> {
  const batch = [
    { type: 'identify', userId: '42', anonymousId: 'a-1', traits: { email: 'ann@example.com', address: { city: 'Delft' }, tags: ['a', 1, null] } },
    { type: 'track', event: 'Order Completed', userId: '42', properties: { order_id: 'o-1', total: 18.5, currency: 'EUR', category: 'Mugs' } },
    { type: 'page', anonymousId: 'a-1', name: 'Home', context: { page: { url: 'https://shop.example/?utm_source=x' }, consent: { categoryPreferences: { ads: true } } } },
    { type: 'group', userId: '42', groupId: 'acme' },
    { type: 'track', userId: '42' },
  ]
  const response = await fetch(`${nora.base}/v1/batch`, { method: 'POST', headers: { authorization: basic(nora.writeKey) }, body: JSON.stringify({ batch }) })
  assert.equal(response.status, 200)
}

async function run(nora: Nora, [everywhere, tracking, secret]: [string, string, string], ...options: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nora-schemathesis-'))
  try {
    const args = ['-m', 'schemathesis.cli', '--config-file', here('schemathesis.toml'), 'run', `${nora.base}/openapi.json`, '--no-color', ...options]
    const keys = { NORA_AUTHORIZATION: everywhere, NORA_WRITE_KEY_AUTHORIZATION: tracking, NORA_SECRET_KEY_AUTHORIZATION: secret }
    const env = { ...process.env, ...keys, NORA_SCHEMATHESIS_WRITE_KEY: nora.writeKey }
    // It leaves a folder behind, wherever it is started.
    const child = spawn(python!, args, { cwd: folder, env: { ...env, SCHEMATHESIS_HOOKS: here('hooks.py'), PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'pipe', 'pipe'] })
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number]>])
    assert.equal(code, 0, output + errors)
    // Nothing fails where nothing was asked.
    const passed = Number(/(\d+) generated, (\d+) passed/.exec(output)?.[2] ?? 0)
    assert.ok(passed > 70, output)
  } finally {
    await rm(folder, { recursive: true })
  }
}
