import type { Network } from './network.ts'

/**
 * Node's own sockets. `node:http` is loaded at the first use: what never listens never pays for it.
 */
export function systemNetwork(): Network {
  return {
    createHttpServer(onRequest) {
      const { createServer } = process.getBuiltinModule('node:http')
      return createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, onRequest)
    },
  }
}
