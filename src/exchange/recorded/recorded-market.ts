import type { Disk } from '../../runtime/index.ts'
import type { Instrument, MarketEvent } from '../../trading/index.ts'
import { badData } from '../data/bad-data.ts'
import { instrumentOf, type InstrumentOptions } from '../data/data-instrument.ts'
import { openSource, peekSource, type DataSource } from '../data/data-source.ts'
import { atLine, LineCutter } from '../data/line-cutter.ts'
import { splitSymbol } from '../data/symbol-of-name.ts'
import { StreamContinuity, type ContinuityCounts } from './stream-continuity.ts'
import { LineFault } from './stream-message.ts'
import { StreamParser } from './stream-parser.ts'
import { StreamProbe } from './stream-probe.ts'

/**
 * A recorded Binance market: the events of one or several files, in the order in which they were
 * recorded, in batches that are walked without waiting.
 *
 * Opening reads the files once for the symbol and the decimals (not where an instrument is
 * given). The files are put in order by the local time of their first line. What is repeated
 * between them is dropped and counted; a line that is not understood ends the run with one
 * sentence, a kind of stream that is not known is counted.
 */
export class RecordedMarket {
  readonly kind = 'recorded'
  readonly instrument: Instrument
  /** In the order in which they are read. */
  readonly paths: readonly string[]
  readonly #sources: readonly DataSource[]
  readonly #wireSymbol: string
  #run: StreamRun

  static async open(
    disk: Disk,
    paths: readonly string[],
    options: InstrumentOptions = {},
  ): Promise<RecordedMarket> {
    const sources = await Promise.all(paths.map((path) => openSource(disk, path)))
    return RecordedMarket.of(sources, options)
  }

  static async of(
    sources: readonly DataSource[],
    options: InstrumentOptions = {},
  ): Promise<RecordedMarket> {
    const ordered = await inTimeOrder(sources)
    const { instrument } = options
    if (instrument) {
      return new RecordedMarket(ordered, instrument.symbol.replace('/', ''), instrument)
    }
    const probe = new StreamProbe()
    for (const source of ordered) await probe.read(source)
    const { wireSymbol } = probe
    if (wireSymbol === null)
      throw badData(ordered[0]!.path, 0, 'no trade, bookTicker or depth event is in it')
    const symbol = options.symbol ?? splitSymbol(wireSymbol)
    if (symbol === null)
      throw badData(
        ordered[0]!.path,
        0,
        `base and quote of ${wireSymbol} cannot be told apart; name the symbol, such as BTC/USDT`,
      )
    const { priceDecimals, quantityDecimals } = probe
    const inferred = instrumentOf({ symbol, kind: 'spot', priceDecimals, quantityDecimals })
    return new RecordedMarket(ordered, wireSymbol, inferred)
  }

  private constructor(sources: readonly DataSource[], wireSymbol: string, instrument: Instrument) {
    this.#sources = sources
    this.#wireSymbol = wireSymbol
    this.instrument = instrument
    this.paths = sources.map((source) => source.path)
    this.#run = new StreamRun(wireSymbol, instrument)
  }

  /** Of the run in progress, or of the last one. */
  get counts(): RecordedCounts {
    return this.#run.counts
  }

  /**
   * Starts over and gives every event once. A batch is about a quarter of a megabyte of text and
   * belongs to whoever got it.
   */
  async *batches(): AsyncGenerator<readonly MarketEvent[]> {
    const run = new StreamRun(this.#wireSymbol, this.instrument)
    this.#run = run
    for (const source of this.#sources) yield* run.read(source)
  }
}

export interface RecordedCounts extends ContinuityCounts {
  readonly lines: number
  /** Lines of kinds that are not known, by name. */
  readonly unknown: Readonly<Record<string, number>>
}

/** One pass over all files. */
class StreamRun {
  readonly #parser: StreamParser
  readonly #continuity = new StreamContinuity()
  readonly #unknown = new Map<string, number>()
  #lines = 0

  constructor(wireSymbol: string, instrument: Instrument) {
    this.#parser = new StreamParser(wireSymbol, instrument)
  }

  get counts(): RecordedCounts {
    const unknown = Object.fromEntries(this.#unknown)
    return { ...this.#continuity.counts, lines: this.#lines, unknown }
  }

  async *read(source: DataSource): AsyncGenerator<readonly MarketEvent[]> {
    let batch: MarketEvent[] = []
    const cutter = new LineCutter(source.path, (bytes, start, end, line) => {
      if (start === end) return
      this.#lines++
      const event = this.#parse(source.path, bytes, start, end, line)
      if (event) batch.push(event)
    })
    try {
      for await (const chunk of source.chunks()) {
        cutter.push(chunk)
        if (batch.length > 0) yield batch
        batch = []
      }
    } catch (error) {
      throw atLine(error, source.path, cutter.line + 1)
    }
    cutter.end()
    if (batch.length > 0) yield batch
  }

  #parse(
    path: string,
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): MarketEvent | null {
    try {
      const event = this.#parser.parse(bytes, start, end)
      if (event.type === 'unknown') {
        this.#unknown.set(event.name, (this.#unknown.get(event.name) ?? 0) + 1)
        return null
      }
      return this.#continuity.admit(event, this.#parser.eventTime, path, line) ? event : null
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      const cut = bytes[end - 1] === CLOSE_BRACE ? '' : '; the line looks cut short'
      throw badData(path, line, `${error.message}${cut}`)
    }
  }
}

const CLOSE_BRACE = 0x7d

/** By the local nanoseconds at the start of each file, which are too long for a number. */
async function inTimeOrder(sources: readonly DataSource[]): Promise<readonly DataSource[]> {
  const started = await Promise.all(
    sources.map(async (source) => {
      const start = (await peekSource(source, 64)).toString('latin1')
      const time = /^\s*(\d{13,20}) /.exec(start)
      if (!time) throw badData(source.path, 1, 'does not start with a local time in nanoseconds')
      return { source, time: BigInt(time[1]!) }
    }),
  )
  started.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  return started.map(({ source }) => source)
}
