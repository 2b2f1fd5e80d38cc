import { expect, test } from 'vitest'
import type { BackTestResult } from '../app/index.ts'
import { defineInstrument, statisticsOf } from '../trading/index.ts'
import { backTestReport } from './back-test-report.ts'

const instrument = defineInstrument({ symbol: 'BTC/USD', tickSize: '0.01', lotSize: '0.001' })
const stats = statisticsOf({ times: [], equity: [], roundTrips: [], feesPaid: 0 })
const counts = { intended: 3, refused: 0, repeated: 0, 'late-fill': 0, revived: 0, overfill: 0 }

const quiet: BackTestResult = {
  strategy: 'grid',
  parameters: {},
  symbol: 'BTC/USD',
  kind: 'perpetual',
  bars: 5,
  data: { gaps: 0, volumesRounded: 0 },
  trades: [],
  openTrade: null,
  fills: [],
  realised: '0',
  unrealised: '0',
  equity: [],
  stats,
  openPosition: 0,
  orders: { ...counts, notMade: {} },
  journal: { records: 1, sha256: 'abc' },
  strategyFailure: null,
}

test('the title says what kind of instrument it is', () => {
  const report = backTestReport(quiet, 60_000, instrument)

  expect(report).toMatch(/ on BTC\/USD perpetual, 5 bars of 1m\n/)
})

test('repairs have a line each, only where there were any', () => {
  const report = backTestReport({ ...quiet, data: { gaps: 2, bookLost: 0 } }, 60_000, instrument)

  expect(report).toContain('in the data: gaps, not filled: 2\n')
  expect(report.match(/in the data/g)).toHaveLength(1)
  expect(backTestReport(quiet, 60_000, instrument)).not.toContain('in the data')
})

test('wishes that became no order are told beside the orders', () => {
  const orders = { ...counts, notMade: { 'no-position': 12, 'no-cash': 1 } }

  const report = backTestReport({ ...quiet, orders }, 60_000, instrument)

  const wishes = 'wishes that became no order: no-position 12, no-cash 1'
  expect(report).toContain(`orders decided: 3; ${wishes}\n`)
})

test('what is open at the end is told with its profit', () => {
  const openTrade = {
    symbol: 'BTC/USD',
    side: 'short',
    entryTime: 0,
    quantity: '0.5',
    entryPrice: 100.125,
    unrealisedProfit: '-7.129',
  } as const

  const report = backTestReport(
    { ...quiet, openTrade, realised: '4', unrealised: '-7.129' },
    60_000,
    instrument,
  )

  expect(report).toContain(
    'open position: short 0.5 BTC at 100.125 since 1970-01-01T00:00:00.000Z, ' +
      'unrealised -7.13 USD\n',
  )
  expect(report).toMatch(/realised before fees, USD +4\.00\nunrealised, USD +-7\.13\n/)
})
