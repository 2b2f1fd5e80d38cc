import { formatDecimal } from '../format/decimal.ts'
import type { Dashboard } from '../model/dashboard.ts'

/** A quantity with as many decimals as its instrument has. */
interface QuantityProps {
  readonly dashboard: Dashboard
  readonly symbol: string
  readonly value: string
}

export function Quantity({ dashboard, symbol, value }: QuantityProps) {
  const decimals = dashboard.instruments.value.get(symbol)?.quantityDecimals
  return <>{formatDecimal(value, decimals === undefined ? {} : { decimals })}</>
}
