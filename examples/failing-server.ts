/**
 * For `resilience.ts`: a local HTTP server that knows the price of bitcoin and fails in five ways.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FailingServer {
  readonly url: string
  /** How it behaves from now on. */
  fail(way: Way): void
  close(): void
}

export type Way = keyof typeof ways

const price = (reply: ServerResponse) => reply.end('64250.00')
const status =
  (code: number, headers = {}) =>
  (reply: ServerResponse) =>
    reply.writeHead(code, headers).end()

/** What is done with each request in turn; the last goes on for ever. */
export const ways = {
  'all is well': [price],
  'the connection breaks, once': [(reply: ServerResponse) => reply.destroy(), price],
  'HTTP 500, twice': [status(500), status(500), price],
  'no answer, once': [() => undefined, price],
  'it is down: HTTP 502 for ever': [status(502)],
  'too many requests: HTTP 429, Retry-After 30 s': [status(429, { 'retry-after': '30' })],
}

export async function failingServer(): Promise<FailingServer> {
  let [way, asked]: [Way, number] = ['all is well', 0]
  const server = createServer((_, reply) => {
    const turns = ways[way]
    turns[Math.min(asked++, turns.length - 1)]?.(reply)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fail(next) {
      way = next
      asked = 0
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
