import { request as send } from 'node:http'
import { START } from '../bundle.ts'
import { parse, textOf, type Answer, type Protocol, type Request } from '../protocol.ts'

/** Everything goes on to a real server, as a proxy with TLS in front of it would send it. */
export const noraAt = (base: string): Protocol => ({
  decode: ({ method, path, body }) => {
    if (method !== 'POST' || !path.startsWith('/v1/')) return []
    const { batch = [], raw = [] } = parse(textOf(body))
    const events = batch.filter((item: any) => item.event).map((item: any) => ({ name: item.event, id: item.messageId }))
    const calls = raw.filter((call: any) => call.m === 'track').map((call: any) => ({ name: call.a[0], id: call.id }))
    return [...events, ...calls]
  },
  answer: async (request) => {
    const answer = await forward(base, request)
    return request.path === '/nora.js' ? { ...answer, body: Buffer.concat([Buffer.from(`${START}\n`), answer.body as Buffer]) } : answer
  },
})

function forward(base: string, { method, path, query, headers, body }: Request): Promise<Answer> {
  const target = new URL(base)
  const search = query.size ? `?${query}` : ''
  // The length is the body's; and what is weighed is weighed here.
  const { connection: _, 'transfer-encoding': __, 'content-length': ___, 'accept-encoding': ____, ...rest } = headers
  return new Promise((resolve, reject) => {
    // Without `agent` a connection serves one request: one that is kept could end just as it is used again.
    const options = { agent: false, host: target.hostname, port: target.port, method, path: path + search, headers: { ...rest, 'content-length': body.length } }
    const upstream = send(options, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const kept = Object.entries(answer.headers).filter(([name]) => !['connection', 'content-length', 'transfer-encoding', 'keep-alive'].includes(name))
        resolve({ status: answer.statusCode!, headers: Object.fromEntries(kept) as Record<string, string>, body: Buffer.concat(parts) })
      })
    })
    upstream.on('error', reject)
    upstream.end(body)
  })
}
