/**
 * Which column, or which key of a JSON object, is which field of a candle.
 *
 * Names are compared in small letters without spaces, underscores and dashes, so `Open Time`,
 * `open_time` and `openTime` are one. Where a file has several times, the one that opens the
 * candle wins: the lists are in order of preference.
 */
export const CANDLE_COLUMN_NAMES = {
  openTime: [
    'opentimeinmillis',
    'opentimems',
    'opentime',
    'openedat',
    'timestamp',
    'timestampms',
    'ts',
    'unix',
    'unixtime',
    'unixtimestamp',
    'epoch',
    'datetime',
    'date',
    'time',
    't',
    'opentimeiniso',
    'gmttime',
    'tsevent',
  ],
  open: ['open', 'openprice', 'o'],
  high: ['high', 'highprice', 'max', 'h'],
  low: ['low', 'lowprice', 'min', 'l'],
  close: ['close', 'closeprice', 'last', 'c'],
  volume: ['volume', 'vol', 'basevolume', 'volumebase', 'v'],
} as const

export type CandleColumn = keyof typeof CANDLE_COLUMN_NAMES

/** The index of each field among `names`; the fields that were not found, by name. */
export function findCandleColumns(names: readonly string[]): {
  readonly found: Readonly<Partial<Record<CandleColumn, number>>>
  readonly missing: readonly CandleColumn[]
} {
  const plain = names.map(plainName)
  const found: Partial<Record<CandleColumn, number>> = {}
  const missing: CandleColumn[] = []
  for (const column of Object.keys(CANDLE_COLUMN_NAMES) as CandleColumn[]) {
    const index = indexOfColumn(column, plain)
    if (index < 0) missing.push(column)
    else found[column] = index
  }
  return { found, missing }
}

export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_\-."']/g, '')
}

function indexOfColumn(column: CandleColumn, names: readonly string[]): number {
  for (const wanted of CANDLE_COLUMN_NAMES[column]) {
    const index = names.indexOf(wanted)
    if (index >= 0) return index
  }
  // `Volume BTC, Volume USDT`: the base asset comes first.
  return column === 'volume' ? names.findIndex((name) => name.startsWith('volume')) : -1
}
