import type { Journal } from '../../journal/index.ts'
import {
  assert,
  type Clock,
  type Disk,
  GenesisError,
  type Log,
  messageOf,
  type Refusal,
  refuse,
} from '../../runtime/index.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type CheckpointCadence, checkpointDue } from './checkpoint-cadence.ts'
import { type CheckpointName, CheckpointStore } from './checkpoint-store.ts'
import { type Generation, superseded } from './generations.ts'
import { witnessOf } from './witness.ts'

/**
 * Keeps checkpoints of one running system and says which one to go on from.
 *
 * - One at a time. A failure is the caller's to hear of, is counted, and leaves every sound
 *   checkpoint where it was; the journal still holds everything.
 * - A checkpoint is used only if every byte matches its checksum and it was made from the very
 *   journal at hand. What is passed over is named in the log.
 * - An older one is removed only after the newer is safe and was read back. What is of another
 *   journal is left alone.
 */
export class CheckpointManager {
  readonly #store: CheckpointStore
  readonly #clock: Clock
  readonly #log: Log
  readonly #cadence: CheckpointCadence
  readonly #generations: number
  /** Of the journal at hand, by number. */
  readonly #own = new Map<number, Known>()
  /** Parts other journals' checkpoints need; null where one of them cannot be read. */
  #foreignParts: ReadonlySet<string> | null = new Set()
  #surveyed: Journal | null = null
  /** The number of the checkpoint that was saved or read last. */
  #current: number | null = null
  #held: Checkpoint | null = null
  #counts = { saved: 0, failed: 0, refused: 0, bytes: 0, tookMs: 0 }
  #lastError: string | null = null
  #savedAtMs: number
  #triedAtMs: number
  #busy = false
  #factor = 1
  #setAge = 0

  constructor(options: CheckpointManagerOptions) {
    this.#store = new CheckpointStore(options)
    this.#clock = options.clock
    this.#log = options.log
    this.#cadence = {
      everyMs: options.everyMs ?? 60_000,
      everyEvents: options.everyEvents ?? 200_000,
    }
    this.#generations = options.generations ?? 3
    this.#savedAtMs = this.#triedAtMs = this.#clock.monotonicMs()
  }

  /** Whether the next checkpoint is due when everything up to `number` is applied. */
  due(number: number): boolean {
    const now = this.#clock.monotonicMs()
    return (
      !this.#busy &&
      checkpointDue(this.#cadence, {
        factor: this.#factor,
        events: number - this.#newestNumber(),
        savedMs: now - this.#savedAtMs,
        triedMs: now - this.#triedAtMs,
      })
    )
  }

  /** How much oftener than usual; set by the mode. */
  setFactor(factor: number): void {
    assert(factor > 0, 'a checkpoint factor is above 0')
    this.#factor = factor
  }

  /**
   * Keeps `states`, which are what they were at `number`. Refused while another one is being
   * saved; throws a `GenesisError` where the disk failed.
   */
  async save(journal: Journal, checkpoint: CheckpointRequest): Promise<SaveResult> {
    if (this.#busy) {
      this.#counts.refused += 1
      return refuse('checkpoint-busy', 'another checkpoint is being saved')
    }
    this.#busy = true
    const start = this.#clock.monotonicMs()
    this.#triedAtMs = start
    try {
      const bytes = await this.#save(journal, checkpoint)
      const tookMs = this.#clock.monotonicMs() - start
      const { saved } = this.#counts
      this.#counts = { ...this.#counts, saved: saved + 1, bytes, tookMs }
      this.#savedAtMs = start
      return { ok: true, number: checkpoint.number, bytes, tookMs }
    } catch (error) {
      this.#counts.failed += 1
      this.#lastError = messageOf(error)
      this.#setAge = 0
      throw error
    } finally {
      this.#busy = false
    }
  }

  /** The newest sound checkpoint that was made from this journal, or null. */
  async newest(journal: Journal): Promise<Checkpoint | null> {
    if (this.#held && this.#surveyed === journal) return this.#held
    await this.#survey(journal)
    for (const known of this.#ordered().reverse()) {
      if (known.parts === null) continue
      const checkpoint = await this.#read(known)
      if (checkpoint === null) continue
      this.#hold(checkpoint)
      return checkpoint
    }
    return null
  }

  /**
   * The journal is needed from this number on: the oldest checkpoint that is kept is the state
   * at it, and knows its record. 1 where nothing is kept, or nobody has looked yet.
   */
  oldestNeeded(): number {
    return Math.max(1, this.#ordered()[0]?.number ?? 1)
  }

  status(): CheckpointStatus {
    const { saved, failed, refused, bytes, tookMs } = this.#counts
    return {
      number: this.#ordered().findLast(({ parts }) => parts !== null)?.number ?? null,
      generations: this.#own.size,
      saved,
      failed,
      refused,
      lastBytes: bytes,
      lastTookMs: tookMs,
      lastError: this.#lastError,
    }
  }

  async #save(journal: Journal, request: CheckpointRequest): Promise<number> {
    const { number } = request
    // States are a function of the events up to it: there is nothing new to say.
    if (this.#current === number && this.#surveyed === journal) return 0
    await this.#survey(journal)
    const witness = await witnessOf(journal, number)
    assert(witness !== null, `the journal holds record ${number}, of which a checkpoint is made`)
    if (this.#setAge === 0) this.#store.beginSet(number)
    const checkpoint = { ...request, witness }
    const { bytes, parts } = await this.#store.write(checkpoint)
    this.#setAge = (this.#setAge + 1) % SAVES_A_SET
    this.#own.set(number, { number, witness, parts })
    this.#hold(checkpoint)
    await this.#removeSuperseded()
    return bytes
  }

  /** Nobody waits for this: what cannot be removed now is removed another time. */
  async #removeSuperseded(): Promise<void> {
    try {
      for (const number of superseded(this.#ordered(), this.#generations)) {
        await this.#store.remove(this.#own.get(number)!)
        this.#own.delete(number)
      }
      const needed = [...this.#ordered().map(({ parts }) => parts), this.#foreignParts]
      const keep = new Set(needed.flatMap((parts) => [...(parts ?? [])]))
      // What a damaged one needs nobody knows, but it is nothing of this process's own set.
      await this.#store.tidy(keep, needed.includes(null))
    } catch (error) {
      if (!(error instanceof GenesisError)) throw error
      this.#log.warn({ err: error }, 'old checkpoints stay for now')
    }
  }

  /** Looks through the folder once for a journal: whose each is, and what it needs. */
  async #survey(journal: Journal): Promise<void> {
    if (this.#surveyed === journal) return
    this.#own.clear()
    this.#held = this.#current = null
    this.#foreignParts = new Set()
    for (const name of await this.#store.list()) {
      const isOwn = name.witness === (await witnessOf(journal, name.number))
      const parts = await this.#partsNeeded(name)
      if (isOwn) this.#own.set(name.number, { ...name, parts })
      else this.#passOver(name, parts)
    }
    this.#surveyed = journal
  }

  #passOver({ number }: CheckpointName, parts: ReadonlySet<string> | null): void {
    this.#log.warn({ number, why: 'is of another journal' }, 'checkpoint passed over')
    const others = this.#foreignParts
    this.#foreignParts = parts && others && new Set([...others, ...parts])
  }

  async #partsNeeded(name: CheckpointName): Promise<ReadonlySet<string> | null> {
    return this.#orDamaged(name, () => this.#store.partsNeeded(name))
  }

  async #read(known: Known): Promise<Checkpoint | null> {
    const checkpoint = await this.#orDamaged(known, () => this.#store.read(known))
    const isListed = this.#own.get(known.number) === known
    if (checkpoint === null && isListed) this.#own.set(known.number, { ...known, parts: null })
    return checkpoint
  }

  async #orDamaged<Value>(
    { number }: CheckpointName,
    read: () => Promise<Value>,
  ): Promise<Value | null> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof GenesisError)) throw error
      this.#log.warn({ number, err: error }, 'checkpoint passed over')
      return null
    }
  }

  /** A component that fails is restored without the disk, where that costs little memory. */
  #hold(checkpoint: Checkpoint): void {
    let length = 0
    for (const { text } of checkpoint.states.values()) length += text.length
    this.#current = checkpoint.number
    this.#held = length <= HELD_LENGTH_MAX ? checkpoint : null
  }

  #newestNumber(): number {
    return this.#ordered().at(-1)?.number ?? 0
  }

  #ordered(): Known[] {
    return [...this.#own.values()].sort((a, b) => a.number - b.number)
  }
}

type Known = CheckpointName & Generation
type SaveResult = SavedCheckpoint | Refusal<'checkpoint-busy'>
export type CheckpointRequest = Omit<Checkpoint, 'witness'>

export interface CheckpointManagerOptions extends Partial<CheckpointCadence> {
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Log
  readonly folder: string
  /** How many are kept. Default 3. */
  readonly generations?: number
}

export interface SavedCheckpoint {
  readonly ok: true
  readonly number: number
  /** What went to the disk. */
  readonly bytes: number
  readonly tookMs: number
}

export interface CheckpointStatus {
  /** Of the newest sound one. */
  readonly number: number | null
  readonly generations: number
  readonly saved: number
  readonly failed: number
  readonly refused: number
  readonly lastBytes: number
  readonly lastTookMs: number
  readonly lastError: string | null
}

const HELD_LENGTH_MAX = 4 * 1_048_576
/** After so many a set of parts begins anew. */
const SAVES_A_SET = 64
