import { assert, type Clock, type Disk, GenesisError, type Log } from '../../runtime/index.ts'
import { type Journal, openJournal, type Owner } from '../../journal/index.ts'
import type { Price } from '../../trading/index.ts'
import type { ExchangeLedger } from './exchange-ledger.ts'
import type { LedgerCodec } from './ledger-codec.ts'
import type { JsonObject, LedgerEntry, LedgerState } from './ledger-entry.ts'
import type { MarketState } from './order-flow-market.ts'
import type { EntryStore } from './simulated-exchange.ts'

/**
 * The memory of an exchange that dies with this process: a journal of its own, every entry of the
 * ledger in it, flushed before anybody is told, and now and then a mark of the market.
 *
 * What holds: a ledger rebuilt from here contains everything that was ever reported (and perhaps a
 * little that was not yet). A checkpoint of the whole state bounds what is replayed; without one,
 * or with a damaged one, the journal alone gives the same. When the journal halts, nothing is told
 * any more: to its clients the exchange is silent, and they must ask it after a new start.
 */
export class ExchangeJournal implements EntryStore {
  readonly #clock: Clock | undefined
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #ledger: ExchangeLedger
  readonly #codec: LedgerCodec
  readonly #checkpointEveryMin: number
  readonly #waiting: Waiting[] = []
  #journal: Journal | null = null
  #halted: string | null = null
  #checkpointAt = 0
  #checkpointing: Promise<void> | null = null
  #mark: MarketMark | null = null

  constructor(parts: ExchangeJournalParts) {
    this.#clock = parts.clock
    this.#disk = parts.disk
    this.#folder = parts.folder
    this.#log = parts.log
    this.#ledger = parts.ledger
    this.#codec = parts.codec
    this.#checkpointEveryMin = parts.checkpointEveryRecords ?? 5_000
  }

  /** Opens it and rebuilds the ledger. */
  async open(owner: Owner | undefined): Promise<Recollection> {
    const journal = await openJournal({
      disk: this.#disk,
      folder: `${this.#folder}/journal`,
      log: this.#log,
      ...(this.#clock === undefined ? {} : { clock: this.#clock }),
      listener: {
        onAcknowledged: (number) => this.#onAcknowledged(number),
        onHalted: (reason) => this.#onHalted(reason),
      },
      ...(owner === undefined ? {} : { owner }),
    })
    this.#journal = journal
    try {
      return await this.#recall(journal)
    } catch (cause) {
      await journal.close()
      throw cause
    }
  }

  keep(entry: LedgerEntry, safe: () => void): void {
    const payload = JSON.stringify(this.#codec.encodeEntry(entry))
    this.#append(recordKinds.entry, payload, { safe, lost: () => {} })
  }

  whenSafe(safe: () => void, lost: (reason: string) => void): void {
    const number = this.#journal?.lastNumber ?? 0
    if (this.#halted !== null) lost(this.#halted)
    else if (this.#waiting.length === 0 && this.#journal?.acknowledged === number) safe()
    else this.#waiting.push({ number, safe, lost })
  }

  /** `safe` is called when the mark would survive a crash. */
  mark(mark: MarketMark, safe: () => void): void {
    this.#mark = mark
    this.#append(recordKinds.mark, JSON.stringify(mark), { safe, lost: () => {} })
    this.#checkpointIfDue()
  }

  /** Resolves when everything kept is safe; rejects when the journal halted. */
  async flushed(): Promise<void> {
    await this.#journal?.flushed()
  }

  async close(): Promise<void> {
    await this.#checkpointing
    await this.#journal?.close()
    this.#journal = null
  }

  #append(kind: number, payload: string, told: Omit<Waiting, 'number'>): void {
    if (this.#halted !== null) return
    assert(this.#journal !== null, 'an exchange keeps nothing before it was started')
    this.#waiting.push({ number: this.#journal.append(kind, payload), ...told })
  }

  #onAcknowledged(number: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.number <= number) {
      this.#waiting.shift()!.safe()
    }
  }

  #onHalted(reason: Error): void {
    this.#halted = `the exchange's journal halted: ${reason.message}`
    this.#log.error({ error: reason.message }, 'the simulated exchange fell silent')
    for (const { lost } of this.#waiting.splice(0)) lost(this.#halted)
  }

  async #recall(journal: Journal): Promise<Recollection> {
    const checkpoint = await this.#readCheckpoint()
    const from = checkpoint === null ? 1 : checkpoint.number + 1
    if (from > journal.lastNumber + 1) {
      throw new GenesisError(
        'journal-damaged',
        `The exchange's journal ends at record ${journal.lastNumber}, ` +
          `but its checkpoint is of record ${from - 1}.`,
        { details: { folder: this.#folder } },
      )
    }
    if (checkpoint !== null) this.#ledger.restore(checkpoint.ledger, this.#codec)
    const recollection = { mark: checkpoint?.mark ?? null, lastPrices: new Map<string, Price>() }
    for await (const records of journal.read(from)) {
      for (const { kind, payload } of records) this.#replay(kind, payload, recollection)
    }
    this.#mark = recollection.mark
    this.#checkpointAt = from - 1 + this.#checkpointEvery()
    return { ...recollection, isNew: journal.lastNumber === 0 }
  }

  #replay(kind: number, payload: Uint8Array, recollection: Mutable<Omit<Recollection, 'isNew'>>) {
    const value = JSON.parse(decoder.decode(payload)) as unknown
    if (kind === recordKinds.mark) {
      recollection.mark = value as MarketMark
      recollection.lastPrices = new Map()
      return
    }
    const entry = this.#codec.decodeEntry(value as JsonObject)
    this.#ledger.apply(entry)
    if (entry.type !== 'report' || entry.report.type !== 'filled') return
    recollection.lastPrices = new Map([
      ...recollection.lastPrices,
      [entry.report.symbol, entry.report.price],
    ])
  }

  #checkpointIfDue(): void {
    const number = this.#journal?.lastNumber ?? 0
    if (number < this.#checkpointAt || this.#checkpointing !== null || this.#halted !== null) return
    this.#checkpointAt = number + this.#checkpointEvery()
    const ledger = this.#ledger.snapshot(this.#codec)
    const text = JSON.stringify({ schema, number, ledger, mark: this.#mark })
    this.#checkpointing = this.#writeCheckpoint(text).finally(() => {
      this.#checkpointing = null
    })
  }

  async #writeCheckpoint(text: string): Promise<void> {
    try {
      await this.#journal!.flushed()
      await this.#disk.replaceFile(this.#checkpointPath, encoder.encode(text))
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause)
      this.#log.warn({ error }, 'the simulated exchange could not write its checkpoint')
    }
  }

  /** Grows with the state, so that checkpoints cost a constant share however long it runs. */
  #checkpointEvery(): number {
    return Math.max(this.#checkpointEveryMin, 2 * this.#ledger.orderCount)
  }

  async #readCheckpoint(): Promise<Checkpoint | null> {
    if (!(await this.#disk.exists(this.#checkpointPath))) return null
    const text = decoder.decode(await this.#disk.readFile(this.#checkpointPath))
    const checkpoint = parsed(text)
    if (checkpoint?.schema === schema) return checkpoint
    this.#log.warn({ folder: this.#folder }, 'the exchange replays its journal from the beginning')
    return null
  }

  get #checkpointPath(): string {
    return `${this.#folder}/checkpoint.json`
  }
}

const schema = 1
const recordKinds = { entry: 1, mark: 2 } as const
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export interface ExchangeJournalParts {
  readonly clock?: Clock
  readonly disk: Disk
  readonly folder: string
  readonly log: Log
  readonly ledger: ExchangeLedger
  readonly codec: LedgerCodec
  /** At least; default 5000. */
  readonly checkpointEveryRecords?: number | undefined
}

export interface MarketMark {
  readonly time: number
  readonly market: MarketState
}

export interface Recollection {
  readonly isNew: boolean
  readonly mark: MarketMark | null
  /** Of fills after the mark. */
  readonly lastPrices: ReadonlyMap<string, Price>
}

interface Checkpoint {
  readonly schema: number
  readonly number: number
  readonly ledger: LedgerState
  readonly mark: MarketMark | null
}

interface Waiting {
  readonly number: number
  safe(): void
  lost(reason: string): void
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** Null where the text is no JSON: a checkpoint only saves time. */
function parsed(text: string): Checkpoint | null {
  try {
    return JSON.parse(text) as Checkpoint
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
}
