import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MarketEvent } from '../../trading/index.ts'
import { instrumentOf } from '../data/data-instrument.ts'
import { diffLine, topLine, tradeLine } from './stream-fixture.ts'
import { LineFault } from './stream-message.ts'
import { StreamParser } from './stream-parser.ts'
import { StreamScanner } from './stream-scanner.ts'

const RECORDING = '../shared/data/binance-ws/spot_btcusdt_20240808.gz'
const instrument = instrumentOf({
  symbol: 'BTC/USDT',
  kind: 'spot',
  priceDecimals: 2,
  quantityDecimals: 6,
})

test('a trade is read with its taker side', () => {
  expect(scan(tradeLine(7))).toEqual({
    type: 'trade',
    symbol: 'BTC/USDT',
    time: 1_723_161_255_342,
    id: 7,
    price: 6_183_763,
    quantity: 20_000,
    takerSide: 'sell',
  })
  expect(scan(tradeLine(7, { maker: false }))).toMatchObject({ takerSide: 'buy' })
})

test('a bookTicker gets the time it is given', () => {
  expect(scan(topLine(9, '100.50', '100.51'))).toEqual({
    type: 'book-top',
    symbol: 'BTC/USDT',
    time: 5,
    sequence: 9,
    bidPrice: 10_050,
    bidQuantity: 1_000_000,
    askPrice: 10_051,
    askQuantity: 2_000_000,
  })
})

test('a depth event is read with its levels, none included', () => {
  expect(scan(diffLine(3, 5, '["1.00","2.00000000"],["1.50","0.00000000"]'))).toMatchObject({
    type: 'depth-diff',
    time: 1_723_161_255_208,
    firstSequence: 3,
    lastSequence: 5,
    bids: [
      [100, 2_000_000],
      [150, 0],
    ],
    asks: [],
  })
})

test.each([
  ['a finer price', tradeLine(7, { price: '1.001' })],
  ['another symbol', tradeLine(7).replace('BTCUSDT', 'ETHUSDT')],
  [
    'keys in another order',
    topLine(9).replace('"s":"BTCUSDT",', '').replace('}}', ',"s":"BTCUSDT"}}'),
  ],
  ['a space', topLine(9).replace(',', ', ')],
  ['an exponent', tradeLine(7, { price: '1e5' })],
  ['a negative price', tradeLine(7, { price: '-1' })],
  ['text behind the end', `${tradeLine(7)}x`],
  ['a missing end', tradeLine(7).slice(0, -1)],
  ['no local time', topLine(9).slice(20)],
])('%s is left to the full parser', (_, line) => {
  expect(scan(line)).toBeNull()
})

test('whatever happens to a line, it says nothing that the full parser does not', () => {
  const lines = [
    tradeLine(7),
    topLine(9),
    diffLine(3, 5, '["1.00","2.0"]', '["1.10","0"],["2","1"]'),
  ]
  const change = fc.tuple(
    fc.nat(400),
    fc.constantFrom('"', ',', '0', '7', '.', ']', '}', '{', ' ', '-', 'e', '\\', 'u'),
    fc.constantFrom(0, 1),
  )

  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.array(change, { maxLength: 3 }), (line, changes) => {
      let text = line
      for (const [at, byte, cut] of changes)
        text = `${text.slice(0, at)}${byte}${text.slice(at + cut)}`
      const scanned = scan(text)

      if (scanned) expect(scanned).toEqual(parseInFull(text))
    }),
    { numRuns: 20_000 },
  )
})

test.skipIf(!existsSync(RECORDING))(
  'every line of a real recording is scanned, to what the full parser says (needs ../shared/data)',
  () => {
    const lines = gunzipSync(readFileSync(RECORDING)).toString().trimEnd().split('\n')
    const common = lines.filter((line) => !line.includes('lastUpdateId')).slice(0, 20_000)

    for (const line of common) {
      const scanned = scan(line)
      if (JSON.stringify(scanned) !== JSON.stringify(parseInFull(line))) expect.fail(line)
    }

    expect(common.length).toBe(20_000)
  },
)

function scan(line: string): MarketEvent | null {
  const bytes = Buffer.from(line)
  return new StreamScanner('BTCUSDT', instrument).scan(bytes, 0, bytes.length, 5)
}

/** A space after the first brace keeps the scanner away from the line. */
function parseInFull(line: string): unknown {
  const bytes = Buffer.from(line.replace(' {', ' { '))
  try {
    const event = new StreamParser('BTCUSDT', instrument).parse(bytes, 0, bytes.length)
    return event.type === 'book-top' ? { ...event, time: 5 } : event
  } catch (error) {
    if (error instanceof LineFault) return error.message
    throw error
  }
}
