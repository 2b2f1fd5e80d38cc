import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  type BookLevel,
  type DepthDiff,
  type DepthSnapshot,
  OrderBook,
  parseUnits,
  type Price,
  type Quantity,
} from 'genesis/trading'
import type { Row } from '../row.ts'

/**
 * What a difference of the recorded Binance stream costs: reading its decimal texts, and
 * applying it to the book with the top read after each. JSON.parse of the same lines stands
 * beside them for scale.
 */
const FILES = ['20240808', '20240809'].map(
  (day) => `../shared/data/binance-ws/spot_btcusdt_${day}.gz`,
)
const ROUNDS = 5

export async function run(): Promise<Row[]> {
  if (!FILES.every((file) => existsSync(file))) return []
  const lines = FILES.flatMap((file) => gunzipSync(readFileSync(file)).toString().split('\n'))
    .filter((line) => line.includes('lastUpdateId') || line.includes('depthUpdate'))
    .map((line) => line.slice(line.indexOf(' ') + 1))

  const parsed = best(lines.length, () => lines.map((line) => JSON.parse(line) as Message))
  const read = best(lines.length, () => parsed.value.map(depthEvent))
  const applied = best(lines.length, () => applyAll(read.value))
  const changes = read.value.reduce((sum, { bids, asks }) => sum + bids.length + asks.length, 0)
  return [
    { name: 'JSON.parse of a depth line', value: parsed.microseconds, unit: 'us/line' },
    { name: 'decimal texts to units', value: read.microseconds, unit: 'us/line' },
    { name: 'OrderBook.apply and top()', value: applied.microseconds, unit: 'us/line' },
    { name: 'level changes in a line', value: changes / lines.length, unit: 'levels' },
  ].map((row) => ({ ...row, value: Math.round(row.value * 100) / 100 }))
}

function applyAll(events: readonly (DepthSnapshot | DepthDiff)[]): number {
  const book = new OrderBook('BTC/USDT')
  let sum = 0
  for (const event of events) {
    book.apply(event)
    sum += book.top()?.bidPrice ?? 0
  }
  return sum
}

function best<Value>(count: number, work: () => Value): { value: Value; microseconds: number } {
  let value = work()
  let fastestMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    value = work()
    fastestMs = Math.min(fastestMs, performance.now() - start)
  }
  return { value, microseconds: (fastestMs * 1000) / count }
}

interface Message {
  readonly data?: { U: number; u: number; E: number; b: Texts; a: Texts }
  readonly lastUpdateId?: number
  readonly bids?: Texts
  readonly asks?: Texts
}

type Texts = readonly (readonly [string, string])[]

function depthEvent({ data, lastUpdateId, bids, asks }: Message): DepthSnapshot | DepthDiff {
  const symbol = 'BTC/USDT'
  if (data === undefined) {
    const sides = { bids: levels(bids ?? []), asks: levels(asks ?? []) }
    return { type: 'depth-snapshot', symbol, lastSequence: lastUpdateId ?? 0, ...sides }
  }
  const sequence = { firstSequence: data.U, lastSequence: data.u, time: data.E }
  return { type: 'depth-diff', symbol, ...sequence, bids: levels(data.b), asks: levels(data.a) }
}

function levels(texts: Texts): BookLevel[] {
  return texts.map(([price, quantity]) => [
    parseUnits(price, 2, 'price') as Price,
    parseUnits(quantity, 8, 'quantity') as Quantity,
  ])
}
