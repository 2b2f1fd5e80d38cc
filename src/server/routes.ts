import type { ServerLimits } from './limits.ts'
import { readPage, wholePage } from './page.ts'
import {
  intervalParameter,
  openParameter,
  pageParameters,
  symbolParameter,
  type Parameters,
} from './parameters.ts'
import { ProblemError } from './problem.ts'
import type { SymbolView } from './protocol.ts'
import type { SystemView } from './system-view.ts'

/** One readable thing under `/api/v1/`; its `parameters` have made `query` what it says. */
export interface Route {
  readonly name: string
  readonly parameters: Parameters
  readonly required?: readonly string[]
  answer(query: RouteQuery): unknown
}

export interface RouteQuery {
  readonly after?: number | null
  readonly limit?: number
  readonly open?: boolean
  readonly symbol?: string
  readonly interval?: string
}

const PAGE_ITEMS_USUAL = 100

export function routesOf(view: SystemView, limits: ServerLimits): readonly Route[] {
  const none: Parameters = {}
  const page = pageParameters(limits)
  const limitUsual = Math.min(PAGE_ITEMS_USUAL, limits.pageItemsMax)
  const listOf = ({ after = null, limit = limitUsual }: RouteQuery) => ({ after, limit })
  return [
    { name: 'health', parameters: none, answer: () => view.health() },
    { name: 'ready', parameters: none, answer: () => readiness(view) },
    { name: 'mode', parameters: none, answer: () => view.mode() },
    { name: 'rates', parameters: none, answer: () => view.rates() },
    { name: 'components', parameters: none, answer: () => wholePage(view.components()) },
    { name: 'engine', parameters: none, answer: () => view.engine() },
    { name: 'strategies', parameters: none, answer: () => wholePage(view.strategies()) },
    { name: 'symbols', parameters: none, answer: () => wholePage(view.symbols()) },
    { name: 'positions', parameters: none, answer: () => wholePage(view.positions()) },
    { name: 'balances', parameters: none, answer: () => wholePage(view.balances()) },
    {
      name: 'events',
      parameters: page,
      answer: (query) =>
        readPage(
          listOf(query),
          (list) => view.events(list),
          (event) => event.number,
        ),
    },
    {
      name: 'orders',
      parameters: { ...openParameter, ...symbolParameter, ...page },
      answer: (query) => {
        const symbol = knownSymbol(view, query.symbol)?.symbol ?? null
        const open = query.open ?? null
        return readPage(
          listOf(query),
          (list) => view.orders({ ...list, open, symbol }),
          (order) => order.number,
        )
      },
    },
    {
      name: 'fills',
      parameters: { ...symbolParameter, ...page },
      answer: (query) => {
        const symbol = knownSymbol(view, query.symbol)?.symbol ?? null
        return readPage(
          listOf(query),
          (list) => view.fills({ ...list, symbol }),
          (fill) => fill.number,
        )
      },
    },
    {
      name: 'equity',
      parameters: page,
      answer: (query) =>
        readPage(
          listOf(query),
          (list) => view.equity(list),
          (point) => point.time,
        ),
    },
    {
      name: 'candles',
      parameters: { ...symbolParameter, ...intervalParameter, ...page },
      required: ['symbol'],
      answer: (query) => {
        const known = knownSymbol(view, query.symbol)!
        const interval = knownInterval(known, query.interval)
        return readPage(
          listOf(query),
          (list) => view.candles({ ...list, symbol: known.symbol, interval }),
          (candle) => candle.openTime,
        )
      },
    },
  ]
}

function readiness(view: SystemView): { ready: true } {
  const health = view.health()
  if (health.ready) return { ready: true }
  throw new ProblemError('not-ready', health.reasons[0] ?? 'The system is still starting')
}

function knownSymbol(view: SystemView, symbol: string | undefined): SymbolView | null {
  if (symbol === undefined) return null
  const symbols = view.symbols()
  const known = symbols.find((each) => each.symbol === symbol)
  if (known) return known
  const names = symbols.map((each) => each.symbol).join(', ')
  throw new ProblemError('bad-input', `symbol is "${symbol}"; it must be one of ${names}`, 'symbol')
}

function knownInterval(symbol: SymbolView, interval: string | undefined): string {
  if (interval === undefined) return symbol.intervals[0]!
  if (symbol.intervals.includes(interval)) return interval
  const names = symbol.intervals.join(', ')
  throw new ProblemError(
    'bad-input',
    `interval is "${interval}"; for ${symbol.symbol} it must be one of ${names}`,
    'interval',
  )
}
