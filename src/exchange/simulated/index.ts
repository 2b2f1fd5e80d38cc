export type { AccountOptions } from './account-options.ts'
export { CandleExchange, type CandleExchangeOptions, candleExchange } from './candle-exchange.ts'
export type { CandleFills } from './candle-matcher.ts'
export type { Latency } from './latency-line.ts'
export type { ExchangeLedgerView } from './ledger-entry.ts'
export type { RecordedBook } from './queue-matcher.ts'
export type { QueueModel } from './queue-position.ts'
export {
  RecordedExchange,
  type RecordedExchangeOptions,
  recordedExchange,
} from './recorded-exchange.ts'
export { type ExchangeLatency, SimulatedExchange } from './simulated-exchange.ts'
export { DemoExchange, type DemoExchangeOptions, demoExchange } from './demo-exchange.ts'
export { demoInstruments } from './demo-instruments.ts'
export type { ListedInstrument } from './order-flow-market.ts'
export type { RegimeName } from './regime.ts'
