/** For tests: lines of a recorded combined stream, as Binance spot writes them. */
const LOCAL = '1723161254087891268'

export function tradeLine(id: number, changes: Partial<TradeText> = {}): string {
  const { price, quantity, eventTime, maker } = { ...TRADE, ...changes }
  return `${LOCAL} {"stream":"btcusdt@trade","data":{"e":"trade","E":${eventTime},"s":"BTCUSDT","t":${id},"p":"${price}","q":"${quantity}","T":${eventTime - 1},"m":${maker},"M":true}}`
}

export function topLine(sequence: number, bid = '100.00', ask = '101.00'): string {
  return `${LOCAL} {"stream":"btcusdt@bookTicker","data":{"u":${sequence},"s":"BTCUSDT","b":"${bid}","B":"1.00000000","a":"${ask}","A":"2.00000000"}}`
}

export function diffLine(first: number, last: number, bids = '', asks = ''): string {
  return `${LOCAL} {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":${first},"u":${last},"b":[${bids}],"a":[${asks}]}}`
}

export function snapshotLine(last: number): string {
  return `${LOCAL} {"lastUpdateId":${last},"bids":[["100.00","1.00000000"]],"asks":[["101.00","2.00000000"]]}`
}

interface TradeText {
  readonly price: string
  readonly quantity: string
  readonly eventTime: number
  readonly maker: boolean
}

const TRADE: TradeText = {
  price: '61837.63000000',
  quantity: '0.02000000',
  eventTime: 1_723_161_255_343,
  maker: true,
}
