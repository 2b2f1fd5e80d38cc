import { lookup } from 'node:dns/promises'
import { expect, onTestFinished, test } from 'vitest'
import { FakeSystem, START } from '../../test/browser/fake-system.ts'
import { sampleCandle, sampleFill, sampleOrder } from '../../test/browser/samples.ts'
import { StreamReader } from '../../test/browser/stream-reader.ts'
import { ask, startServer } from '../../test/browser/test-server.ts'
import type { ServerLimits } from './limits.ts'
import type { DeltaMessage, HelloMessage, SnapshotMessage, Update } from './protocol.ts'

const order = (number: number): Update => ({ type: 'order', order: sampleOrder(number) })
const fill = (number: number): Update => ({ type: 'fill', fill: sampleFill(number) })

async function start(limits: Partial<ServerLimits> = {}) {
  const system = new FakeSystem()
  const { server, stream, url } = await startServer(system, { limits })
  onTestFinished(() => server.close())
  const connect = (query = '', headers: Record<string, string> = {}) => {
    const reader = new StreamReader(stream + query, { headers })
    onTestFinished(() => reader.close())
    return reader
  }
  return { connect, server, stream, system, url }
}

function updatesOf(deltas: readonly DeltaMessage[]): Update[] {
  return deltas.flatMap((delta) => [...delta.updates])
}

const endsWith = (type: Update['type']) => (delta: DeltaMessage) =>
  delta.updates.some((update) => update.type === type)

test('a client gets hello, a snapshot and then every step from there', async () => {
  const { connect, system } = await start()
  system.apply(order(1))
  const client = connect()

  const hello = await client.next<HelloMessage>()
  const snapshot = await client.next<SnapshotMessage>()
  system.apply(fill(1))
  const deltas = await client.deltasUntil(endsWith('fill'))

  expect(hello).toMatchObject({ type: 'hello', protocol: 1, resumed: false, version: '0.1.0' })
  expect(snapshot).toMatchObject({ type: 'snapshot', openOrders: [sampleOrder(1)] })
  expect(deltas[0]!.from).toBe(snapshot.number + 1)
  expect(updatesOf(deltas)).toContainEqual(fill(1))
})

test('numbers follow each other without a hole', async () => {
  const { connect, system } = await start({ streamMarketIntervalMs: 1 })
  const client = connect()
  await client.opened()

  const seen: DeltaMessage[] = []
  for (let number = 1; number <= 20; number += 1) {
    system.apply(number % 2 === 0 ? order(number) : sampleCandle(START, `${number}`))
    seen.push(await client.next<DeltaMessage>())
  }

  let last = 0
  for (const { from, number } of seen) {
    expect(from).toBe(last + 1)
    last = number
  }
})

test('a client that comes back gets only what it missed', async () => {
  const { connect, system } = await start()
  const first = connect()
  const { session } = await first.opened()
  system.apply(order(1))
  const seen = (await first.deltasUntil(endsWith('order'))).at(-1)!.number
  first.close()
  const witness = connect()
  await witness.opened()
  system.apply(fill(7))
  system.apply({ type: 'mode', mode: { mode: 'SAFE', since: START, reason: 'test' } })
  await witness.deltasUntil(endsWith('mode'))

  const second = connect(`?session=${session}&after=${seen}`)
  const hello = await second.next<HelloMessage>()
  const missed = await second.next<DeltaMessage>()

  expect(hello.resumed).toBe(true)
  expect(missed.from).toBe(seen + 1)
  expect(missed.updates.map((update) => update.type)).toEqual(['fill', 'mode'])
})

test('a client that missed nothing gets nothing but hello', async () => {
  const { connect, system } = await start()
  const first = connect()
  const { session } = await first.opened()
  const second = connect(`?session=${session}&after=0`)

  const hello = await second.next<HelloMessage>()
  system.apply(order(1))
  const next = await second.next<DeltaMessage>()

  expect(hello.resumed).toBe(true)
  expect(next).toMatchObject({ type: 'delta', from: 1, number: 1 })
})

test.each([
  ['of an earlier run', () => '?session=other&after=1'],
  ['from before the ring', (session: string) => `?session=${session}&after=0`],
  ['with a number never given', (session: string) => `?session=${session}&after=999`],
  ['that is torn', (session: string) => `?session=${session}&after=x`],
])('a resume point %s is answered with a snapshot', async (_kind, query) => {
  const { connect, system } = await start({ streamRingDeltas: 2 })
  const first = connect()
  const { session } = await first.opened()
  for (let number = 1; number <= 4; number += 1) {
    system.apply(order(number))
    await first.next()
  }

  const second = connect(query(session))
  const hello = await second.next<HelloMessage>()
  const snapshot = await second.next<SnapshotMessage>()

  expect(hello.resumed).toBe(false)
  expect(snapshot.number).toBe(4)
  expect(snapshot.openOrders).toHaveLength(4)
})

test('the market is told in steps however often it moves, an order at once', async () => {
  const { connect, system } = await start({ streamMarketIntervalMs: 50 })
  const client = connect()
  await client.opened()

  for (let step = 1; step <= 5000; step += 1) system.apply(sampleCandle(START, `${step}`))
  system.apply(order(1))
  const deltas = await client.deltasUntil(endsWith('candle'))

  expect(deltas.map((delta) => delta.updates)).toEqual([[order(1)], [sampleCandle(START, '5000')]])
})

test('a slow client is spared the market in between and misses no order and no fill', async () => {
  const { connect, system } = await start({
    streamBufferedBytesMax: 64 * 1024,
    streamMarketIntervalMs: 1,
  })
  const witness = connect()
  const slow = connect()
  await Promise.all([witness.opened(), slow.opened()])
  slow.socket.pause()

  const padding = 'x'.repeat(100_000)
  for (let number = 1; number <= 200; number += 1) {
    system.apply(sampleCandle(START, `${number}`))
    system.apply({ type: 'order', order: sampleOrder(number, { reason: padding }) })
    if (number % 20 === 0) await witness.deltasUntil(hasOrder(number))
  }
  system.apply(fill(1))
  slow.socket.resume()
  const deltas = await slow.deltasUntil(endsWith('fill'))

  const updates = updatesOf(deltas)
  const orders = updates.filter((update) => update.type === 'order')
  const candles = updates.filter((update) => update.type === 'candle')
  expect(orders.map(({ order: { number } }) => number)).toEqual(
    Array.from({ length: 200 }, (_, index) => index + 1),
  )
  expect(candles.length).toBeLessThan(100)
  expect(deltas.some(({ from, number }) => number > from)).toBe(true)
  for (const [index, { from }] of deltas.entries()) {
    expect(from).toBe((deltas[index - 1]?.number ?? 0) + 1)
  }
})

function hasOrder(number: number) {
  return (delta: DeltaMessage) =>
    delta.updates.some((update) => update.type === 'order' && update.order.number === number)
}

test('a client too slow even for orders is sent away with a code', async () => {
  const { connect, system } = await start({
    streamBufferedBytesMax: 64 * 1024,
    streamPendingUpdatesMax: 50,
  })
  const witness = connect()
  const slow = connect()
  await Promise.all([witness.opened(), slow.opened()])
  slow.socket.pause()

  const padding = 'x'.repeat(100_000)
  for (let number = 1; number <= 300; number += 1) {
    system.apply({ type: 'order', order: sampleOrder(number, { reason: padding }) })
    if (number % 20 === 0) await witness.deltasUntil(hasOrder(number))
  }
  slow.socket.resume()

  expect(await slow.closed).toBe(4008)
})

test('a quiet system still beats, so that the page knows it lives', async () => {
  const { connect } = await start({ streamHeartbeatMs: 20 })
  const client = connect()
  await client.opened()

  const beat = await client.next<DeltaMessage>()

  expect(beat).toMatchObject({ type: 'delta', from: 1, number: 1, updates: [] })
})

test('a client that no longer answers pings is cut off', async () => {
  const { connect } = await start({ streamHeartbeatMs: 20 })
  const client = connect()
  await client.opened()

  client.socket.pong = () => {}
  ;(client.socket as unknown as { _autoPong: boolean })._autoPong = false

  expect(await client.closed).toBe(1006)
})

test.each([
  ['a word', 'hello', 1008],
  ['a message beyond the limit', 'x'.repeat(2000), 1009],
])('a client that says %s is sent away', async (_kind, message, code) => {
  const { connect } = await start()
  const client = connect()
  await client.opened()

  client.socket.send(message)

  expect(await client.closed).toBe(code)
})

test('closing the server says goodbye with the code for it', async () => {
  const { connect, server, system } = await start()
  const client = connect()
  await client.opened()

  await server.close()

  expect(await client.closed).toBe(1001)
  expect(system.listeners.size).toBe(0)
})

test('a client that does not answer the goodbye does not hold up the end', async () => {
  const { connect, server } = await start({ closeGraceMs: 20 })
  const client = connect()
  await client.opened()
  client.socket.pause()

  await expect(server.close()).resolves.toBeUndefined()
})

async function refusal(stream: string, headers: Record<string, string>): Promise<number> {
  const reader = new StreamReader(stream, { headers })
  return new Promise((resolve) => {
    reader.socket.on('unexpected-response', (_request, reply) => {
      resolve(reply.statusCode!)
      reader.close()
    })
  })
}

test('only our own page and programs may connect', async () => {
  const { connect, stream } = await start()
  const host = new URL(stream).host

  expect(await refusal(stream, { origin: 'http://evil.example' })).toBe(403)
  expect(await refusal(stream, { host: 'evil.example' })).toBe(421)
  expect(await connect('', { origin: `http://${host}` }).opened()).toMatchObject({ type: 'hello' })
})

test('a server on localhost has its stream on every address of that name', async () => {
  const system = new FakeSystem()
  const { server, url } = await startServer(system, {}, { host: 'localhost' })
  onTestFinished(() => server.close())
  const port = new URL(url).port

  for (const { address, family } of await lookup('localhost', { all: true })) {
    const host = family === 6 ? `[${address}]` : address
    const reader = new StreamReader(`ws://${host}:${port}/api/v1/stream`)
    onTestFinished(() => reader.close())
    expect(await reader.opened()).toMatchObject({ type: 'hello' })
  }
})

test('places for clients are bounded', async () => {
  const { connect, stream } = await start({ streamClientsMax: 1 })
  await connect().opened()

  expect(await refusal(stream, {})).toBe(503)
})

test('the stream is at one address, which a plain request is told', async () => {
  const { stream, url } = await start()

  const plain = await ask(`${url}/api/v1/stream`)

  expect(plain.status).toBe(426)
  expect(plain.json['code']).toBe('upgrade-required')
  expect(await refusal(`${stream}/other`, {})).toBe(404)
})
