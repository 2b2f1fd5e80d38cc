import { expect, test } from 'vitest'
import {
  defineInstrument,
  formatPrice,
  formatQuantity,
  parsePrice,
  parseQuantity,
  priceToNumber,
  quantityToNumber,
} from './instrument.ts'

const btc = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001' })

test('rules left out follow from the tick and the lot', () => {
  expect(btc).toEqual({
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    kind: 'spot',
    priceDecimals: 2,
    quantityDecimals: 5,
    tickSize: 1,
    lotSize: 1,
    minQuantity: 1,
    minNotional: '0',
  })
})

test('prices and quantities go to units and back', () => {
  expect(formatPrice(parsePrice('61837.63', btc), btc)).toBe('61837.63')
  expect(formatQuantity(parseQuantity('0.5', btc), btc)).toBe('0.5')
  expect(priceToNumber(parsePrice('61837.63', btc), btc)).toBe(61837.63)
  expect(quantityToNumber(parseQuantity('0.5', btc), btc)).toBe(0.5)
})

test('trailing zeros of an exchange do not widen the scale', () => {
  const padded = defineInstrument({ symbol: 'A/B', tickSize: '0.01000000', lotSize: '1.0000' })

  expect([padded.priceDecimals, padded.quantityDecimals]).toEqual([2, 0])
})

test.each([
  [{ symbol: 'BTCUSDT' }, 'symbol is "BTCUSDT"; it must be base, slash and quote'],
  [{ tickSize: '0' }, 'tickSize is "0"; it must be above 0'],
  [{ lotSize: '-1' }, 'lotSize is "-1"; it must be above 0'],
  [{ priceDecimals: 10, quantityDecimals: 9 }, 'it must be at most 18 in all'],
  [{ minNotional: 'five' }, 'minNotional is "five"; it must be a plain decimal number'],
])('a bad rule is named: %o', (change, sentence) => {
  const rules = { symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001', ...change }

  expect(() => defineInstrument(rules)).toThrow(sentence)
})
