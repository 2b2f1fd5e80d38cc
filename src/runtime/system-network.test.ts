import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { systemNetwork } from './system-network.ts'

test('the server answers, and gives slow clients a deadline', async () => {
  const server = systemNetwork().createHttpServer((request, reply) =>
    reply.end(`at ${request.url}`),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo

  const reply = await fetch(`http://127.0.0.1:${port}/health`)
  const text = await reply.text()
  server.closeAllConnections()
  server.close()

  expect(text).toBe('at /health')
  expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000])
})
