import {
  type Instrument,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
} from '../../trading/index.ts'
import type { ListedInstrument } from './order-flow-market.ts'

/** What the demo exchange lists: real symbols with the steps they have on a large exchange. */
export const demoInstruments: readonly ListedInstrument[] = [
  listed('BTC', { anchor: '64000', size: '0.35', quantityDecimals: 5 }),
  listed('ETH', { anchor: '3200', size: '4', quantityDecimals: 4 }),
  listed('SOL', { anchor: '150', size: '60', quantityDecimals: 3 }),
]

function listed(
  base: string,
  { anchor, size, quantityDecimals }: { anchor: string; size: string; quantityDecimals: number },
): ListedInstrument {
  const instrument: Instrument = {
    symbol: `${base}/USDT`,
    base,
    quote: 'USDT',
    kind: 'spot',
    priceDecimals: 2,
    quantityDecimals,
    tickSize: 1 as Price,
    lotSize: 1 as Quantity,
    minQuantity: 1 as Quantity,
    minNotional: '5',
  }
  const character = {
    anchor: parsePrice(anchor, instrument),
    size: parseQuantity(size, instrument),
  }
  return { instrument, character }
}
