/**
 * One line of a recorded Binance combined stream, `<local ns> <json>`, by way of `JSON.parse`.
 *
 * This is the whole truth about what a line may be; `StreamScanner` is only a faster way to the
 * same values for the three shapes that make up nearly all lines. Numbers stay the text they
 * were. Combined (`{"stream","data"}`) and bare events are both understood, spot and futures.
 */
export type StreamMessage =
  | {
      readonly kind: 'trade'
      readonly symbol: string
      readonly eventTime: number
      readonly time: number
      readonly id: number
      readonly price: string
      readonly quantity: string
      readonly buyerIsMaker: boolean
    }
  | {
      readonly kind: 'book-top'
      readonly symbol: string
      /** 0 on spot, where the exchange sends none. */
      readonly eventTime: number
      readonly sequence: number
      readonly bid: TextLevel
      readonly ask: TextLevel
    }
  | {
      readonly kind: 'depth-diff'
      readonly symbol: string
      readonly eventTime: number
      readonly firstSequence: number
      readonly lastSequence: number
      readonly bids: readonly TextLevel[]
      readonly asks: readonly TextLevel[]
    }
  | {
      readonly kind: 'depth-snapshot'
      readonly lastSequence: number
      readonly bids: readonly TextLevel[]
      readonly asks: readonly TextLevel[]
    }
  | { readonly kind: 'unknown'; readonly name: string }

export type TextLevel = readonly [price: string, quantity: string]

/** Throws a `LineFault` whose message is one sentence without file and line. */
export function parseStreamMessage(line: string): StreamMessage {
  const space = line.indexOf(' ')
  if (space < 0 || !LOCAL_TIME.test(line.slice(0, space))) {
    throw new LineFault('is not a local time in nanoseconds, a space and a JSON object')
  }
  const message = parseObject(line.slice(space + 1))
  const data = message['data'] === undefined ? message : asObject(message['data'], 'data')
  return read(data, message['stream'])
}

export class LineFault extends Error {
  override readonly name = 'LineFault'
}

const LOCAL_TIME = /^\d{13,20}$/

type Fields = Readonly<Record<string, unknown>>

function read(data: Fields, stream: unknown): StreamMessage {
  if (data['e'] === 'trade') return readTrade(data)
  if (data['e'] === 'depthUpdate') return readDiff(data)
  if (data['e'] === 'bookTicker' || (data['e'] === undefined && 'B' in data && 'A' in data)) {
    return readTop(data)
  }
  if (data['e'] === undefined && 'lastUpdateId' in data && 'bids' in data) {
    return {
      kind: 'depth-snapshot',
      lastSequence: whole(data, 'lastUpdateId'),
      bids: levels(data, 'bids'),
      asks: levels(data, 'asks'),
    }
  }
  const event = typeof data['e'] === 'string' ? data['e'] : null
  const name = typeof stream === 'string' ? stream.slice(stream.indexOf('@') + 1) : 'reply'
  return { kind: 'unknown', name: event ?? name }
}

function readTrade(data: Fields): StreamMessage {
  return {
    kind: 'trade',
    symbol: text(data, 's'),
    eventTime: whole(data, 'E'),
    time: whole(data, 'T'),
    id: whole(data, 't'),
    price: text(data, 'p'),
    quantity: text(data, 'q'),
    buyerIsMaker: truth(data, 'm'),
  }
}

function readTop(data: Fields): StreamMessage {
  return {
    kind: 'book-top',
    symbol: text(data, 's'),
    eventTime: data['E'] === undefined ? 0 : whole(data, 'E'),
    sequence: whole(data, 'u'),
    bid: [text(data, 'b'), text(data, 'B')],
    ask: [text(data, 'a'), text(data, 'A')],
  }
}

function readDiff(data: Fields): StreamMessage {
  return {
    kind: 'depth-diff',
    symbol: text(data, 's'),
    eventTime: whole(data, 'E'),
    // Futures count in leaps and name the event before in `pu`; spot counts without a hole.
    firstSequence: data['pu'] === undefined ? whole(data, 'U') : whole(data, 'pu') + 1,
    lastSequence: whole(data, 'u'),
    bids: levels(data, 'b'),
    asks: levels(data, 'a'),
  }
}

function parseObject(json: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new LineFault(`is not JSON: ${(error as Error).message}`)
  }
  return asObject(value, 'the line')
}

function asObject(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new LineFault(`${name} is not a JSON object`)
}

function whole(data: Fields, key: string): number {
  const value = data[key]
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new LineFault(`"${key}" is ${shown(value)}; it must be a whole number`)
}

function text(data: Fields, key: string): string {
  const value = data[key]
  if (typeof value === 'string') return value
  throw new LineFault(`"${key}" is ${shown(value)}; it must be text`)
}

function truth(data: Fields, key: string): boolean {
  const value = data[key]
  if (typeof value === 'boolean') return value
  throw new LineFault(`"${key}" is ${shown(value)}; it must be true or false`)
}

function levels(data: Fields, key: string): readonly TextLevel[] {
  const value = data[key]
  if (Array.isArray(value) && value.every(isLevel)) return value as TextLevel[]
  throw new LineFault(`"${key}" is not a list of [price, quantity] in text`)
}

function isLevel(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'string'
  )
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value)?.slice(0, 40) ?? 'not JSON')
}
