import { decodeEvent, type Event } from '../engine/index.ts'
import { CandleColumns } from '../exchange/index.ts'
import { openJournal } from '../journal/index.ts'
import { type Disk, SimulatedDisk } from '../runtime/index.ts'
import {
  type Candle,
  defineInstrument,
  type Instrument,
  type OrderReport,
  parsePrice,
  parseQuantity,
  type Strategy,
  strategy,
  type StrategyContext,
} from '../trading/index.ts'
import { backTest, type BackTestOptions } from './back-test.ts'
import { type OrderRequested, Topic } from './trading-events.ts'

/** Short back-tests for tests: bars as a person writes them, and everything the journal kept. */
export const spot = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.001' })
export const perpetual: Instrument = { ...spot, kind: 'perpetual' }
export const MINUTE = 60_000
export const START = Date.UTC(2024, 0, 1)

/** Open, high, low, close. */
export type Prices = readonly [number, number, number, number]

export function candle(index: number, prices: Prices): Candle {
  const [open, high, low, close] = prices.map((price) => parsePrice(price.toFixed(2), spot))
  return {
    openTime: START + index * MINUTE,
    intervalMs: MINUTE,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: parseQuantity('10', spot),
  }
}

type Turn = StrategyContext<Readonly<Record<never, never>>> & { readonly index: number }

/** A strategy that does at bar `index` what `decide` says; it may remember nothing else. */
export function deciding(decide: (turn: Turn) => void): Strategy {
  return strategy({
    name: 'deciding',
    setup: () => ({ seen: { bars: 0 } }),
    onBar: (context) => {
      const index = context.seen.bars
      context.seen.bars += 1
      // A spread would freeze what the context reads when it is asked.
      decide(Object.create(context, { index: { value: index } }) as Turn)
    },
  })
}

export async function runBars(
  candles: readonly Candle[],
  chosen: Strategy,
  options: Partial<BackTestOptions> = {},
) {
  const disk = new SimulatedDisk({ losesNothing: true })
  const instrument = options.instrument ?? spot
  const columns = CandleColumns.of(candles, { ...instrument, intervalMs: MINUTE })
  const result = await backTest({
    strategy: chosen,
    source: 'test',
    parameters: {},
    instrument,
    data: { kind: 'candles', columns },
    cash: '100000',
    fees: { maker: '0.001', taker: '0.001' },
    slippageBps: 0,
    ...options,
    journal: { disk, folder: 'journal' },
  })
  const events = await journalled(disk)
  return { result, events, fills: fillsOf(events), requests: requestsOf(events) }
}

async function journalled(disk: Disk): Promise<Event[]> {
  const journal = await openJournal({ disk, folder: 'journal' })
  const events: Event[] = []
  for await (const batch of journal.read(1)) {
    for (const { payload, number } of batch) events.push(decodeEvent(payload, number))
  }
  await journal.close()
  return events
}

export type FillEvent = Extract<OrderReport, { type: 'filled' }>

function fillsOf(events: readonly Event[]): readonly FillEvent[] {
  const reports = events.filter(({ topic }) => topic === Topic.ORDER_REPORTED)
  return reports
    .map(({ payload }) => payload as OrderReport)
    .filter((report): report is FillEvent => report.type === 'filled')
}

function requestsOf(events: readonly Event[]): readonly OrderRequested[] {
  const requested = events.filter(({ topic }) => topic === Topic.ORDER_REQUESTED)
  return requested.map(({ payload }) => payload as OrderRequested)
}
