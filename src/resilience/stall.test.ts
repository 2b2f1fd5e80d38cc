import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { systemClock } from '../runtime/index.ts'
import { policy } from './policy.ts'

/**
 * A server on a thread of its own, so that it answers while our loop is blocked. It holds its
 * answers, but those to 'now', until `flags[0]` is set and then counts them in `flags[1]`.
 */
const server = `
  const { createServer } = require('node:net')
  const { workerData, parentPort } = require('node:worker_threads')
  const flags = new Int32Array(workerData)
  const sockets = []
  createServer((socket) => socket.once('data', (data) => {
    if (String(data) === 'now') socket.end('answer')
    else sockets.push(socket)
  }))
    .listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port) })
  setInterval(() => {
    if (Atomics.load(flags, 0) === 0) return
    for (const socket of sockets.splice(0)) {
      socket.end('answer', () => Atomics.add(flags, 1, 1))
    }
  }, 1)
`

test.for(['a timer', 'setImmediate', 'a socket'])(
  'our loop stalls 300 ms in %s, 20 replies are in their sockets: no timeout',
  async (where) => {
    const shared = new SharedArrayBuffer(8)
    const flags = new Int32Array(shared)
    const worker = new Worker(server, { eval: true, workerData: shared })
    const port = await new Promise<number>((resolve) => worker.once('message', resolve))
    const clock = systemClock()
    const block = () => {
      const startedAtMs = clock.monotonicMs()
      Atomics.store(flags, 0, 1)
      while (Atomics.load(flags, 1) < 20 || clock.monotonicMs() - startedAtMs < 300);
    }
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connected(port)))
    const quotes = policy('quotes', { effect: 'read', retry: false, timeout: 200 })

    const calls = sockets.map((socket) => quotes.run(() => ask(socket)))
    if (where === 'setImmediate') await clock.turn()
    if (where === 'a timer') await clock.sleep(1)
    if (where === 'a socket') await ask(await connected(port), 'now')
    block()
    const outcomes = await Promise.all(calls)
    await worker.terminate()

    expect(outcomes.filter(({ ok }) => ok).length).toBe(20)
    expect(quotes.counters.timeouts).toBe(0)
    expect(quotes.breaker?.state).toBe('CLOSED')
  },
)

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })
}

function ask(socket: Socket, question = 'later'): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(String(data)))
    socket.write(question)
  })
}
