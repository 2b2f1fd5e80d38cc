import { crc32, type Disk, GenesisError, type Log } from '../runtime/index.ts'

/**
 * Checkpoints: the state of every component at one journal number, as JSON with a checksum.
 *
 * - A checkpoint appears whole or not at all (written beside, flushed, renamed).
 * - The newest `generations` stay; a damaged one is passed over for the one before, with a word
 *   in the log. None is ever believed without its checksum.
 */
export class CheckpointStore {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #generations: number

  constructor(options: { disk: Disk; folder: string; log: Log; generations?: number }) {
    this.#disk = options.disk
    this.#folder = options.folder
    this.#log = options.log
    this.#generations = options.generations ?? 3
  }

  /** `states` is their JSON: what they were at that number, whatever happens meanwhile. */
  async save(checkpoint: Omit<Checkpoint, 'states'> & { readonly states: string }): Promise<void> {
    const body = checkpoint.states
    const head: Head = {
      format: CHECKPOINT_FORMAT,
      number: checkpoint.number,
      witness: checkpoint.witness,
      time: checkpoint.time,
      bytes: Buffer.byteLength(body),
      crc32: crc32(encoder.encode(body)),
    }
    await this.#disk.makeFolder(this.#folder)
    const bytes = encoder.encode(`${JSON.stringify(head)}\n${body}`)
    await this.#disk.replaceFile(this.#path(checkpoint.number), bytes)
    await this.#removeOld()
  }

  /** The newest sound checkpoint at or below `lastNumber`, or null where there is none. */
  async newest(lastNumber: number): Promise<Checkpoint | null> {
    const numbers = await this.#numbers()
    for (const number of numbers.filter((each) => each <= lastNumber).reverse()) {
      const checkpoint = await this.#load(number)
      if (checkpoint) return checkpoint
    }
    return null
  }

  /** Says in the log that a sound checkpoint is not used. */
  passOver({ number }: Checkpoint, why: string): void {
    this.#log.warn({ path: this.#path(number), why }, 'checkpoint passed over')
  }

  async #load(number: number): Promise<Checkpoint | null> {
    const path = this.#path(number)
    try {
      return parseCheckpoint(await this.#disk.readFile(path), path)
    } catch (error) {
      if (!(error instanceof GenesisError)) throw error
      this.#log.warn({ path, err: error }, 'checkpoint passed over')
      return null
    }
  }

  async #removeOld(): Promise<void> {
    const numbers = await this.#numbers()
    for (const number of numbers.slice(0, -this.#generations)) {
      await this.#disk.remove(this.#path(number))
    }
  }

  async #numbers(): Promise<number[]> {
    const names = await this.#disk.list(this.#folder)
    return names
      .map((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
      .filter((number) => !Number.isNaN(number))
      .sort((a, b) => a - b)
  }

  #path(number: number): string {
    return `${this.#folder}/checkpoint-${String(number).padStart(16, '0')}.json`
  }
}

export interface Checkpoint {
  /** Every event up to and including this number is in the states, none after it. */
  readonly number: number
  /** Checksum of the journal record of that number; 0 where there is none. */
  readonly witness: number
  readonly time: number
  readonly states: Readonly<Record<string, unknown>>
}

interface Head {
  readonly format: number
  readonly number: number
  readonly witness: number
  readonly time: number
  readonly bytes: number
  readonly crc32: number
}

const CHECKPOINT_FORMAT = 1
const NAME = /^checkpoint-(\d{16})\.json$/
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function parseCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  const end = bytes.indexOf(10)
  const head = end === -1 ? null : parseJson<Head>(bytes.subarray(0, end))
  if (head === null) throw damaged(path, 'has no head line')
  if (head.format !== CHECKPOINT_FORMAT) {
    throw damaged(path, `has format ${head.format}; this version reads ${CHECKPOINT_FORMAT}`)
  }
  const body = bytes.subarray(end + 1)
  if (body.length !== head.bytes) throw damaged(path, 'is cut short')
  if (crc32(body) !== head.crc32) throw damaged(path, 'does not match its checksum')
  const states = parseJson<Record<string, unknown>>(body)
  if (states === null) throw damaged(path, 'is not JSON')
  return { number: head.number, witness: head.witness, time: head.time, states }
}

function parseJson<Value>(bytes: Uint8Array): Value | null {
  try {
    return JSON.parse(decoder.decode(bytes)) as Value
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function damaged(path: string, what: string): GenesisError {
  return new GenesisError('bad-checkpoint', `checkpoint ${path} ${what}`, { details: { path } })
}
