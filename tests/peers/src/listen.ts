import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port
