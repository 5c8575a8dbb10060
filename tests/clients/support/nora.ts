import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Nora } from '../../browser/support/server.ts'

/** A test with a Nora of its own, which must not have panicked. */
export function withNora(name: string, options: { skip?: string | false }, run: (nora: Nora) => Promise<void>): void {
  void test(name, options, async () => {
    const nora = await Nora.start()
    try {
      await run(nora)
    } finally {
      await nora.remove()
    }
    assert.doesNotMatch(nora.log, /panicked/)
  })
}
