import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Query } from '../browser/support/query.ts'
import { calls } from './support/calls.ts'
import { check, type Client } from './support/check.ts'
import { withNora } from './support/nora.ts'

/** The Python that has what `python/requirements.txt` names; `cargo xtask test` makes it. */
const python = process.env.NORA_PYTHON
const skip = python ? false : 'NORA_PYTHON names no Python with python/requirements.txt installed'
const script = fileURLToPath(new URL('python/send.py', import.meta.url))

/** As Python writes a moment in UTC. */
const date = (iso: string) => iso.replace(/\.(\d+)Z$/, (_, digits: string) => (Number(digits) ? `.${digits.padEnd(6, '0')}` : '') + '+00:00')

const clients: Record<string, Client> = {
  segment: { library: 'analytics-python', date },
  rudderstack: { library: 'analytics-python', date, traitsIn: 'context' },
}

for (const [name, client] of Object.entries(clients)) {
  for (const gzip of [true, false]) {
    withNora(`${name} for Python, ${gzip ? 'compressed' : 'as it is'}`, { skip }, async (nora) => {
      const child = spawn(python!, [script, name, nora.base, nora.writeKey, String(gzip)], { stdio: ['pipe', 'pipe', 'pipe'] })
      child.stdin.end(JSON.stringify(calls))
      const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number]>])
      assert.equal(code, 0, errors)
      await check(nora, client)
      // What Python has and JavaScript has not.
      const more = await new Query(nora).events('user_id', 'python')
      assert.deepEqual(more[0]?.properties?.decimal, 18.55)
      const raw = await fetch(`${nora.base}/v1/profiles/user_id:python/events`, { headers: { authorization: `Bearer ${nora.token}` } })
      assert.match(await raw.text(), /"integer": ?123456789012345678901234567890[,}]/)
    })
  }
}
