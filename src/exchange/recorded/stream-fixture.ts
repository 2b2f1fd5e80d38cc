/** For tests: lines of a recorded combined stream, as Binance spot writes them. */
const LOCAL = '1723161254087891268'

export function tradeLine(id: number, changes: Partial<TradeText> = {}): string {
  const { price, quantity, eventTime, maker } = { ...TRADE, ...changes }
  const head = `"e":"trade","E":${eventTime},"s":"BTCUSDT","t":${id}`
  const tail = `"T":${eventTime - 1},"m":${maker},"M":true`
  return line('trade', `${head},"p":"${price}","q":"${quantity}",${tail}`)
}

export function topLine(sequence: number, bid = '100.00', ask = '101.00'): string {
  const levels = `"b":"${bid}","B":"1.00000000","a":"${ask}","A":"2.00000000"`
  return line('bookTicker', `"u":${sequence},"s":"BTCUSDT",${levels}`)
}

export function diffLine(first: number, last: number, bids = '', asks = ''): string {
  const head = `"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":${first},"u":${last}`
  return line('depth@100ms', `${head},"b":[${bids}],"a":[${asks}]`)
}

export function snapshotLine(last: number): string {
  const levels = '"bids":[["100.00","1.00000000"]],"asks":[["101.00","2.00000000"]]'
  return `${LOCAL} {"lastUpdateId":${last},${levels}}`
}

function line(stream: string, fields: string): string {
  return `${LOCAL} {"stream":"btcusdt@${stream}","data":{${fields}}}`
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
