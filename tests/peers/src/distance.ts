import { connect, createServer, type Server, type Socket } from 'node:net'
import { listen } from './listen.ts'

/**
 * Puts a port this far away from the browser: bytes arrive half a round trip after they were sent, in both directions, and a
 * connection takes a round trip to open. So handshakes cost what they cost, and a page can be gone before its request is.
 */
export async function distance(port: number, roundTripMs: number): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    // To the browser it is open at once, so the first bytes wait until it could be, and then travel.
    carry(near, far, roundTripMs / 2, roundTripMs * 1.5)
    carry(far, near, roundTripMs / 2, 0)
  })
  await listen(server)
  return server
}


function carry(from: Socket, to: Socket, delayMs: number, openingMs: number): void {
  const opened = performance.now() + openingMs
  const later = (then: () => void) => setTimeout(then, Math.max(performance.now() + delayMs, opened) - performance.now())
  from.setNoDelay(true)
  from.on('data', (bytes) => later(() => to.writable && to.write(bytes)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => later(() => to.destroy()))
  from.on('close', () => later(() => to.end()))
}
