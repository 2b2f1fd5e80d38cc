import { expect, test } from 'vitest'
import { splitSymbol, symbolOfName } from './symbol-of-name.ts'

test.each([
  ['20161007_btcusd_minute_trade.csv', 'BTC/USD', 'spot'],
  ['btc-perp-20211231-20220201_1m.csv', 'BTC/USD', 'perpetual'],
  ['ETHUSDT-1m-2024-01.csv', 'ETH/USDT', 'spot'],
  ['BTC_USDT-5m.json', 'BTC/USDT', 'spot'],
  ['solusdt_perp.csv', 'SOL/USDT', 'perpetual'],
])('%s tells its symbol', (name, symbol, kind) => {
  expect(symbolOfName(name)).toEqual({ symbol, kind })
})

test.each(['bars.csv', 'quotes.csv', 'ts_OneWeekInMinutes.json', '2024.csv'])(
  '%s tells no symbol',
  (name) => {
    expect(symbolOfName(name)).toBeNull()
  },
)

test('the longest quote asset wins', () => {
  expect(splitSymbol('BTCFDUSD')).toBe('BTC/FDUSD')
  expect(splitSymbol('WBTCBTC')).toBe('WBTC/BTC')
  expect(splitSymbol('XYZ')).toBeNull()
})
