import type { Nora } from './server.ts'

/** Sends an event as a customer's server would. */
export async function collect(nora: Nora, event: object): Promise<void> {
  const headers = { authorization: `Basic ${btoa(`${nora.secretKey}:`)}`, 'content-type': 'application/json' }
  const answer = await fetch(`${nora.base}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch: [event] }) })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}
