import { GenesisError } from '../../runtime/index.ts'
import { type Instrument, type Price, parseRate } from '../../trading/index.ts'
import { ExchangeLedger } from './exchange-ledger.ts'

/** What every simulated exchange is told about its one account. */
export interface AccountOptions {
  readonly instruments: readonly Instrument[]
  /** What there is at the start, decimal text by asset. */
  readonly balances: Readonly<Record<string, string>>
  /** Fractions as decimal text: "0.001" is 0.1 %. */
  readonly fees: { readonly maker: string; readonly taker: string }
  /** Of perpetual positions, whole; default 1. */
  readonly leverage?: number
}

export function openLedger(
  options: AccountOptions,
  markPrice: (symbol: string) => Price | null,
): ExchangeLedger {
  const ledger = emptyLedger(options, markPrice)
  ledger.apply({ type: 'deposit', amounts: options.balances })
  return ledger
}

/** Without the deposits. */
export function emptyLedger(
  { instruments, fees, leverage = 1, balances }: AccountOptions,
  markPrice: (symbol: string) => Price | null,
): ExchangeLedger {
  for (const asset of Object.keys(balances)) checkAsset(asset, instruments)
  return new ExchangeLedger(instruments, {
    makerFee: parseRate(fees.maker, 'fees.maker'),
    takerFee: parseRate(fees.taker, 'fees.taker'),
    leverage,
    markPrice,
  })
}

function checkAsset(asset: string, instruments: readonly Instrument[]): void {
  const assets = new Set(instruments.flatMap(({ base, quote }) => [base, quote]))
  if (assets.has(asset)) return
  const allowed = [...assets].sort().join(', ')
  throw new GenesisError('bad-input', `balances names "${asset}"; it must be one of ${allowed}`, {
    details: { field: 'balances', value: asset },
  })
}
