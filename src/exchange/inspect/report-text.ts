import type { CandleReport } from './candle-report.ts'
import type { DataReport } from './inspect-data.ts'
import type { StreamReport } from './stream-report.ts'

/** A report for people: one fact a line, names on the left. */
export function reportText(report: DataReport): string {
  const rows = report.kind === 'candles' ? candleRows(report) : streamRows(report)
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')
}

type Row = readonly [name: string, value: string]

function candleRows(report: CandleReport): Row[] {
  const unnamed = report.symbolKnown ? '' : ' (not named in the data)'
  return [
    ...report.files.map((file): Row => [
      'file',
      `${file.path} (${file.container}, ${counted(file.candles, 'candle')})`,
    ]),
    ['format', report.format],
    ['symbol', `${report.symbol}${unnamed}`],
    ...commonRows(report),
    ['interval', report.interval],
    ['candles', String(report.counts.candles)],
    ['base volume', report.baseVolume],
    ['gaps', gapsText(report)],
    ...report.gapsListed
      .slice(0, GAPS_SHOWN)
      .map((gap): Row => ['', `${gap.from} to ${gap.to}: ${gap.missingCandles} missing`]),
    ['duplicates dropped', String(report.duplicatesDropped)],
    ['overlap dropped', String(report.overlapDropped)],
    ['volumes rounded', String(report.volumesRounded)],
    ...report.unterminated.map((path): Row => ['may be cut short', `${path}: ${NO_LINE_END}`]),
  ]
}

function streamRows(report: StreamReport): Row[] {
  const { counts, book } = report
  const { topOfBook } = book
  return [
    ...report.files.map((file): Row => ['file', file]),
    ['format', report.format],
    ['symbol', report.symbol],
    ...commonRows(report),
    ['lines', String(report.lines)],
    [
      'trades',
      `${counts.trades} (ids ${report.firstTradeId ?? 'none'} to ${report.lastTradeId ?? 'none'})`,
    ],
    ['bookTickers', String(counts.bookTops)],
    ['depth events', String(counts.depthDiffs)],
    ['depth snapshots', String(counts.depthSnapshots)],
    ...Object.entries(counts.unknown).map(([name, count]): Row => [
      `unknown ${name}`,
      String(count),
    ]),
    ['base volume', report.baseVolume],
    ['quote volume', report.quoteVolume],
    ['trade id gaps', `${report.tradeGaps} (${counted(report.missingTrades, 'trade')} missing)`],
    ['depth gaps', `${report.depthGaps} (book lost ${counted(book.lost, 'time')})`],
    ...report.gaps
      .slice(0, GAPS_SHOWN)
      .map((gap): Row => [
        '',
        `${gap.path}:${gap.line}: ${gap.what} ${gap.expected} was due and ${gap.found} came`,
      ]),
    ['repeats dropped', String(report.repeatsDropped)],
    ['event time backwards', counted(report.eventTimeBackwards, 'time')],
    ['depth events before the snapshot', `${book.staleDiffs} dropped`],
    ['book levels at the end', `${book.bidLevels} bids, ${book.askLevels} asks`],
    [
      'top of book against bookTicker',
      `${counted(topOfBook.comparisons, 'comparison')}, ${mismatches(topOfBook.mismatches)}`,
    ],
  ]
}

function commonRows(report: DataReport): Row[] {
  return [
    ['from', report.from],
    ['to', report.to],
    ['decimals', `price ${report.priceDecimals}, quantity ${report.quantityDecimals}`],
  ]
}

function gapsText(report: CandleReport): string {
  if (report.gaps === 0) return '0'
  return `${report.gaps} (${counted(report.missingCandles, 'candle')} missing; not filled)`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function mismatches(count: number): string {
  return `${count} ${count === 1 ? 'mismatch' : 'mismatches'}`
}

const GAPS_SHOWN = 10
const NO_LINE_END = 'its last line has no line end'
