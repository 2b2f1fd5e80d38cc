import { badData } from '../data/bad-data.ts'
import { DecimalReader, explainDecimal } from '../data/decimal-reader.ts'
import type { DataSource } from '../data/data-source.ts'
import { takeLines } from '../data/line-cutter.ts'
import { LineFault, parseStreamMessage, type StreamMessage } from './stream-message.ts'
import { lineText } from './stream-parser.ts'
import { startOfData } from './stream-scanner.ts'

/**
 * Reads recordings once, ahead of the run, for what must be known before the first event: the
 * symbol and the decimals that prices and quantities really use (Binance writes eight, of which
 * BTCUSDT uses two and five). Exact, since every number is looked at; cheap, since of a common
 * line only the digits behind the decimals known so far are.
 */
export class StreamProbe {
  wireSymbol: string | null = null
  priceDecimals = 0
  quantityDecimals = 0
  readonly #decimal = new DecimalReader()

  async read(source: DataSource): Promise<void> {
    await takeLines(source, (bytes, start, end, line) => {
      if (start === end) return
      if (this.wireSymbol !== null && this.#isCommon(bytes, start, end)) {
        this.#takeCommon(bytes, start, end)
      } else {
        this.#takeAny(source.path, lineText(bytes, start, end), line)
      }
    })
  }

  /** `{"e":"trade"`, `{"e":"depthUpdate"` or `{"u"` in a combined envelope. */
  #isCommon(bytes: Uint8Array, start: number, end: number): boolean {
    const at = startOfData(bytes, start, end)
    if (at < 0 || bytes[at] !== QUOTE) return false
    const key = bytes[at + 1]
    if (key === LETTER_U) return bytes[at + 2] === QUOTE
    return key === LETTER_E && (matches(bytes, at, TRADE_HEAD) || matches(bytes, at, DEPTH_HEAD))
  }

  /** Looks at each number between quotes by what stands before it. */
  #takeCommon(bytes: Uint8Array, start: number, end: number): void {
    for (let point = bytes.indexOf(POINT, start); point > 0 && point < end;) {
      let open = point - 1
      while (bytes[open]! >= 48 && bytes[open]! <= 57) open--
      const isPrice = bytes[open] === QUOTE ? priceOrQuantity(bytes, open) : null
      let at = point + 1 + (isPrice ? this.priceDecimals : this.quantityDecimals)
      while (bytes[at] === 48) at++
      // The closing quote comes before the known decimals are used up where fewer are written.
      if (isPrice !== null && at < end && bytes[at]! >= 49 && bytes[at]! <= 57) {
        const close = bytes.indexOf(QUOTE, point)
        if (at < close && this.#decimal.read(bytes, open + 1, close)) this.#widen(isPrice)
      }
      point = bytes.indexOf(POINT, point + 1)
    }
  }

  #takeAny(path: string, text: string, line: number): void {
    let message: StreamMessage
    try {
      message = parseStreamMessage(text)
    } catch (error) {
      // The run itself tells a broken line better; here it only must not count.
      if (error instanceof LineFault) return
      throw error
    }
    if (message.kind === 'unknown') return
    if (message.kind !== 'depth-snapshot') this.wireSymbol ??= message.symbol
    for (const [price, quantity] of textsOf(message)) {
      this.#takeText(path, line, price, true)
      this.#takeText(path, line, quantity, false)
    }
  }

  #takeText(path: string, line: number, text: string, isPrice: boolean): void {
    const bytes = Buffer.from(text, 'latin1')
    if (!this.#decimal.read(bytes, 0, bytes.length)) {
      throw badData(
        path,
        line,
        `${isPrice ? 'price' : 'quantity'} "${text}" ${explainDecimal(text)}`,
      )
    }
    this.#widen(isPrice)
  }

  #widen(isPrice: boolean): void {
    const { decimals } = this.#decimal
    if (isPrice) this.priceDecimals = Math.max(this.priceDecimals, decimals)
    else this.quantityDecimals = Math.max(this.quantityDecimals, decimals)
  }
}

const QUOTE = 0x22
const POINT = 0x2e
const LETTER_E = 0x65
const LETTER_U = 0x75
const TRADE_HEAD = Buffer.from('"e":"trade"')
const DEPTH_HEAD = Buffer.from('"e":"depthUpdate"')
/** `"p":"`, `"b":"`, `"a":"` are prices; `"q":"`, `"B":"`, `"A":"` are quantities. */
const PRICE_KEYS = [0x70, 0x62, 0x61]
const QUANTITY_KEYS = [0x71, 0x42, 0x41]

function priceOrQuantity(bytes: Uint8Array, open: number): boolean | null {
  const before = bytes[open - 1]
  if (before === 0x5b) return true
  if (before === 0x2c) return false
  const key = bytes[open - 3]!
  return PRICE_KEYS.includes(key) ? true : QUANTITY_KEYS.includes(key) ? false : null
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[at + index] !== expected[index]) return false
  }
  return true
}

function textsOf(
  message: Exclude<StreamMessage, { kind: 'unknown' }>,
): Iterable<readonly [price: string, quantity: string]> {
  if (message.kind === 'trade') return [[message.price, message.quantity]]
  if (message.kind === 'book-top') return [message.bid, message.ask]
  return [...message.bids, ...message.asks]
}
