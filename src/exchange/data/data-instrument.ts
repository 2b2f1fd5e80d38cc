import { GenesisError } from '../../runtime/index.ts'
import type { Instrument, Price, Quantity } from '../../trading/index.ts'

/** How the user may name what a file leaves open. */
export interface InstrumentOptions {
  /** Settles symbol, decimals and limits; finer numbers in the file are then errors. */
  readonly instrument?: Instrument
  /** `BTC/USDT`; decimals still come from the file. */
  readonly symbol?: string
}

/** The symbol of a file that names none. */
export const UNNAMED_SYMBOL = 'BASE/QUOTE'

/**
 * An instrument as exact as its data: the tick is one unit of the finest price, the lot one unit
 * of the finest quantity. Limits of an exchange are not in the data, so there are none.
 */
export function instrumentOf(description: {
  readonly symbol: string
  readonly kind: Instrument['kind']
  readonly priceDecimals: number
  readonly quantityDecimals: number
}): Instrument {
  const { symbol, kind, priceDecimals, quantityDecimals } = description
  const [base, quote, ...more] = symbol.split('/')
  if (!base || !quote || more.length > 0) {
    throw new GenesisError(
      'bad-input',
      `symbol is "${symbol}"; it must be base, slash, quote, such as BTC/USDT`,
      {
        details: { field: 'symbol', value: symbol },
      },
    )
  }
  if (priceDecimals + quantityDecimals > 18) {
    throw new GenesisError(
      'bad-data',
      `prices of ${priceDecimals} decimals and quantities of ${quantityDecimals} are finer ` +
        'than the 18 decimals in which money is exact',
    )
  }
  return {
    symbol,
    base,
    quote,
    kind,
    priceDecimals,
    quantityDecimals,
    tickSize: 1 as Price,
    lotSize: 1 as Quantity,
    minQuantity: 1 as Quantity,
    minNotional: '0',
  }
}
