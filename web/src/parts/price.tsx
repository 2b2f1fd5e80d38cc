import { formatDecimal } from '../format/decimal.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { UNKNOWN } from './figure.tsx'

/** A price with as many decimals as its instrument has, so that a column of them lines up. */
interface PriceProps {
  readonly dashboard: Dashboard
  readonly symbol: string
  readonly value: string | null
}

export function Price({ dashboard, symbol, value }: PriceProps) {
  if (value === null) return <>{UNKNOWN}</>
  const decimals = dashboard.instruments.value.get(symbol)?.priceDecimals
  const shape = decimals === undefined ? {} : { decimals }
  return <span title={value}>{formatDecimal(value, shape)}</span>
}
