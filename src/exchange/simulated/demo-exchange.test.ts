import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  createRandom,
  GenesisError,
  silentLog,
  SimulatedClock,
  SimulatedDisk,
} from '../../runtime/index.ts'
import type { MarketEvent, OrderReport, Price, Quantity } from '../../trading/index.ts'
import { type DemoExchange, demoExchange } from './demo-exchange.ts'
import { demoInstruments } from './demo-instruments.ts'
import { orderRequest } from './test-orders.ts'

const [btc] = demoInstruments.map(({ instrument }) => instrument)

/** One world: what a crash leaves is the disk; the clock and what was heard go on. */
class World {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly disk: SimulatedDisk
  readonly seed: number
  readonly heard: OrderReport[] = []
  readonly market: MarketEvent[] = []

  constructor(seed: number) {
    this.seed = seed
    this.disk = new SimulatedDisk({ random: createRandom(seed).fork('disk') })
  }

  make(): DemoExchange {
    const { clock, disk, seed } = this
    return demoExchange({
      clock,
      disk,
      log: silentLog,
      random: createRandom(seed),
      folder: '/exchange',
      balances: { USDT: '100000', BTC: '1' },
      fees: { maker: '0.0002', taker: '0.001' },
      checkpointEveryRecords: 4,
    })
  }

  async open(): Promise<DemoExchange> {
    const exchange = this.make()
    await exchange.start({
      onReport: (report) => void this.heard.push(report),
      onMarket: (event) => void this.market.push(event),
    })
    return exchange
  }

  /** The reports about one order, by type. */
  types(clientOrderId: string): string[] {
    return this.heard
      .filter((report) => report.clientOrderId === clientOrderId)
      .map(({ type }) => type)
  }
}

const order = (clientOrderId: string, side: 'buy' | 'sell', size: number, limit?: number) => {
  const request = orderRequest({ clientOrderId, side })
  return Object.assign(request, {
    symbol: btc!.symbol,
    quantity: Math.round(size * 1e5) as Quantity,
    ...(limit === undefined ? {} : { type: 'limit', limitPrice: Math.round(limit * 100) as Price }),
  })
}

test('The demo market is alive: trades and best prices of every symbol, never crossed.', async () => {
  const world = new World(1)
  const exchange = await world.open()

  await world.clock.advance(30_000)
  await exchange.stop()

  for (const { instrument } of demoInstruments) {
    const events = world.market.filter(({ symbol }) => symbol === instrument.symbol)
    const trades = events.filter((event) => event.type === 'trade')
    expect(trades.length).toBeGreaterThan(30)
    expect(trades.map(({ id }) => id)).toEqual(trades.map((_, index) => index + 1))
    expect(events.filter(({ type }) => type === 'book-top').length).toBeGreaterThan(30)
  }
})

test('A market order travels, trades with the book and is reported once it is safe.', async () => {
  const world = new World(2)
  const exchange = await world.open()

  exchange.submit(order('m', 'buy', 0.1))
  expect(world.heard).toEqual([])
  await world.clock.advance(1_000)

  expect(world.types('m').slice(0, 2)).toEqual(['accepted', 'filled'])
  const balances = await answer(world, exchange.balances())
  expect(balances.ok && balances.value['BTC']?.total).toBe('1.1')
  await exchange.stop()
})

test('A market buy beyond the cash is cut to it, as on a recorded market.', async () => {
  const world = new World(2)
  const exchange = await world.open()
  await world.clock.advance(1_000)

  exchange.submit(order('all', 'buy', 1_000))
  await world.clock.advance(5_000)

  const types = world.types('all')
  expect([types[0], types[1], types.at(-1)]).toEqual(['accepted', 'filled', 'expired'])
  const balances = await answer(world, exchange.balances())
  expect(Number(balances.ok && balances.value['USDT']?.total)).toBeLessThan(10)
  await exchange.stop()
})

test('After a stop and a start everything is still there, and the ids stay taken.', async () => {
  const world = new World(3)
  const before = await world.open()
  before.submit(order('m', 'buy', 0.1))
  before.submit(order('far', 'buy', 0.1, 50_000))
  await world.clock.advance(15_000)
  await before.stop()
  const lastId = lastTradeId(world)

  const after = await world.open()
  after.submit(order('m', 'buy', 0.1))
  after.cancel('far', btc!.symbol)
  await world.clock.advance(1_000)

  expect(world.types('m').slice(-1)).toEqual(['refused'])
  expect(world.types('far')).toEqual(['accepted', 'canceled'])
  const { duplicates, ...ledger } = after.ledger()
  expect(duplicates).toBe(1)
  expect(ledger.orders).toMatchObject([{ status: 'filled' }, { status: 'canceled' }])
  expect(ledger.fills).toEqual(before.ledger().fills)
  expect(lastTradeId(world)).toBeGreaterThan(lastId)
  await after.stop()
})

test('A resting order that was in the book when the process died trades after the restart.', async () => {
  const world = new World(4)
  const before = await world.open()
  await world.clock.advance(500)
  const top = world.market.filter(
    (event) => event.type === 'book-top' && event.symbol === btc!.symbol,
  )
  const { bidPrice } = top.at(-1) as { bidPrice: Price } & MarketEvent
  before.submit(order('rests', 'buy', 0.001, bidPrice / 100 - 3))
  await world.clock.advance(200)
  expect(world.types('rests')).toEqual(['accepted'])
  await before.stop()

  const after = await world.open()
  await world.clock.advance(600_000)

  expect(world.types('rests').slice(0, 2)).toEqual(['accepted', 'filled'])
  await after.stop()
})

test('A damaged checkpoint costs time and nothing else.', async () => {
  const world = new World(9)
  const before = await world.open()
  await trade(world, before, 'run')
  await before.stop()
  expect(await world.disk.exists('/exchange/checkpoint.json')).toBe(true)
  await world.disk.replaceFile('/exchange/checkpoint.json', new TextEncoder().encode('{"schema":'))

  const after = await world.open()

  expect(after.ledger()).toEqual(before.ledger())
  await after.stop()
})

test('A checkpoint and the journal after it give what the journal alone gives.', async () => {
  const world = new World(10)
  const before = await world.open()
  await trade(world, before, 'run')
  await before.stop()

  const after = await world.open()

  expect(after.ledger()).toEqual(before.ledger())
  await after.stop()
})

test('A query of an order and of an unknown one are answered across the connection.', async () => {
  const world = new World(5)
  const exchange = await world.open()
  exchange.submit(order('a', 'buy', 0.01, 50_000))

  const found = await answer(world, exchange.queryOrder('a', btc!.symbol))
  const missing = await answer(world, exchange.queryOrder('b', btc!.symbol))

  expect(found).toMatchObject({ outcome: 'found', reports: [{ type: 'accepted' }] })
  expect(missing).toEqual({ outcome: 'not-found' })
  await exchange.stop()
})

test('With its disk gone the exchange falls silent and answers unknown.', async () => {
  const world = new World(6)
  const exchange = await world.open()
  await world.clock.advance(100)
  world.disk.failAt(world.disk.operations + 1, 'io-error')

  exchange.submit(order('a', 'buy', 0.01, 50_000))
  await world.clock.advance(1_000)

  expect(world.heard).toEqual([])
  const query = await answer(world, exchange.queryOrder('a', btc!.symbol))
  expect(query.outcome).toBe('unknown')
  await expect(exchange.stop()).resolves.toBeUndefined()
})

test('The same seed gives the same events and reports, another seed others.', async () => {
  const [once, again, other] = [await hashOfRun(7), await hashOfRun(7), await hashOfRun(8)]

  expect(once).toBe(again)
  expect(once).not.toBe(other)
})

async function hashOfRun(seed: number): Promise<string> {
  const world = new World(seed)
  const exchange = await world.open()
  await trade(world, exchange, 'run')
  await exchange.stop()
  return createHash('sha256')
    .update(JSON.stringify([world.heard, world.market]))
    .digest('hex')
}

test('Killed at any disk operation it has in its ledger everything it ever reported.', async () => {
  const operations = await operationsOfRun()
  expect(operations).toBeGreaterThan(40)

  for (let operation = 1; operation <= operations; operation++) {
    const world = new World(operation)
    world.disk.failAt(operation, 'power-off')
    await untilItDies(world)
    world.disk.crash(createRandom(operation), [0, 0.5, 1][operation % 3])

    const exchange = await world.open()
    expectRemembered(world, exchange)
    await trade(world, exchange, 'second')
    expectRemembered(world, exchange)
    expectNothingNegative(exchange)
    await exchange.stop()
  }
})

async function operationsOfRun(): Promise<number> {
  const world = new World(1)
  await untilItDies(world)
  return world.disk.operations
}

async function untilItDies(world: World): Promise<void> {
  const exchange = world.make()
  const listener = {
    onReport: (report: OrderReport) => void world.heard.push(report),
    onMarket() {},
  }
  try {
    await exchange.start(listener)
    await trade(world, exchange, 'first')
    await exchange.stop()
  } catch (error) {
    if (!(error instanceof GenesisError)) throw error
    await exchange.stop().catch((cause: unknown) => {
      if (!(cause instanceof GenesisError)) throw cause
    })
  }
}

/** Orders of every kind, some of which trade, some rest and some are cancelled. */
async function trade(world: World, exchange: DemoExchange, name: string): Promise<void> {
  exchange.submit(order(`${name}-1`, 'buy', 0.2))
  exchange.submit(order(`${name}-2`, 'buy', 0.1, 50_000))
  exchange.submit(order(`${name}-3`, 'sell', 9, 70_000))
  await world.clock.advance(200)
  exchange.submit(order(`${name}-4`, 'sell', 0.3, 60_000))
  exchange.cancel(`${name}-2`, btc!.symbol)
  exchange.submit(order(`${name}-1`, 'buy', 0.2))
  await world.clock.advance(12_000)
  exchange.submit(order(`${name}-5`, 'sell', 0.2))
  await world.clock.advance(300)
}

function expectRemembered(world: World, exchange: DemoExchange): void {
  const { orders, balances } = exchange.ledger()
  for (const report of world.heard) {
    if (report.type === 'refused' && report.reason.includes('used before')) continue
    const known = orders.find(({ request }) => request.clientOrderId === report.clientOrderId)
    const same = known?.reports.filter(({ type, time, ...rest }) => {
      if (type !== report.type || time !== report.time) return false
      return report.type !== 'filled' || rest['tradeId'] === report.tradeId
    })
    expect(same?.length, `${report.type} of ${report.clientOrderId}`).toBe(1)
  }
  const filled = world.heard.filter((report) => report.type === 'filled')
  expect(new Set(filled.map(({ tradeId }) => tradeId)).size).toBe(filled.length)
  expect(balances['BTC']?.total).toBe(coinsByFills(exchange))
}

function coinsByFills(exchange: DemoExchange): string {
  const units = exchange.ledger().fills.reduce((sum, fill) => {
    const size = Math.round(Number(fill['quantity']) * 1e5)
    return sum + (fill['side'] === 'buy' ? size : -size)
  }, 100_000)
  return `${units / 1e5}`
}

function expectNothingNegative(exchange: DemoExchange): void {
  for (const { total, free } of Object.values(exchange.ledger().balances)) {
    expect([total, free].some((text) => text.startsWith('-'))).toBe(false)
  }
}

async function answer<Value>(world: World, asked: Promise<Value>): Promise<Value> {
  await world.clock.advance(500)
  return asked
}

function lastTradeId(world: World): number {
  const trades = world.market.filter((event) => event.type === 'trade')
  return Math.max(...trades.filter(({ symbol }) => symbol === btc!.symbol).map(({ id }) => id))
}
