import { type Clock, type Disk, GenesisError } from '../../runtime/index.ts'
import type { Checkpoint, SavedState } from './checkpoint.ts'
import {
  type CheckpointFile,
  damaged,
  decodeCheckpoint,
  encodeCheckpoint,
  type FiledState,
} from './checkpoint-file.ts'
import { PartStore } from './part-store.ts'
import { partsOf } from './text-parts.ts'

/**
 * The folder of checkpoints: a file for each, named by number and witness, and the parts of long
 * states beside them.
 *
 * - A checkpoint appears whole or not at all: its parts are flushed before it is written, it is
 *   written beside, flushed and renamed, and it is read back before `write` resolves.
 * - Which ones to keep and which to believe is decided elsewhere; nothing is removed unasked.
 */
export class CheckpointStore {
  readonly #disk: Disk
  readonly #clock: Clock
  readonly #folder: string
  readonly #parts: PartStore

  constructor(options: { disk: Disk; clock: Clock; folder: string }) {
    this.#disk = options.disk
    this.#clock = options.clock
    this.#folder = options.folder
    this.#parts = new PartStore({ disk: options.disk, folder: `${options.folder}/parts` })
  }

  /** What is there, in order of number. */
  async list(): Promise<CheckpointName[]> {
    const names = (await this.#disk.list(this.#folder)).flatMap((name) => {
      const [, number, witness] = NAME.exec(name) ?? []
      if (number === undefined) return []
      return [{ number: Number(number), witness: Number.parseInt(witness!, 16) }]
    })
    return names.sort((a, b) => a.number - b.number)
  }

  /** Long states share parts with what was written since the last call of this. */
  beginSet(number: number): void {
    this.#parts.beginSet(number)
  }

  async write(checkpoint: Checkpoint): Promise<Written> {
    await this.#disk.makeFolder(this.#folder)
    const states: FiledState[] = []
    let bytes = 0
    for (const [name, saved] of checkpoint.states) {
      const filed = await this.#fileState(name, saved)
      bytes += filed.written
      states.push(filed.state)
    }
    await this.#parts.flush()
    const { number, witness, time } = checkpoint
    const file = encodeCheckpoint({ number, witness, time, states })
    await this.#disk.replaceFile(this.#path(checkpoint), file)
    await this.#readFile(checkpoint)
    return { bytes: bytes + file.length, parts: partNames(states) }
  }

  /** The names of the parts it needs. Throws `bad-checkpoint` where it is damaged. */
  async partsNeeded(name: CheckpointName): Promise<ReadonlySet<string>> {
    return partNames((await this.#readFile(name)).states)
  }

  /** The whole checkpoint. Throws `bad-checkpoint` where it, or a part of it, is damaged. */
  async read(name: CheckpointName): Promise<Checkpoint> {
    const { number, witness, time, states } = await this.#readFile(name)
    const texts = new Map<string, SavedState>()
    for (const state of states) {
      texts.set(state.name, { version: state.version, text: await this.#textOf(state) })
    }
    return { number, witness, time, states: texts }
  }

  async remove(name: CheckpointName): Promise<void> {
    await this.#disk.remove(this.#path(name))
  }

  /** Removes parts that none of `keep` is, and what interrupted writes left behind. */
  async tidy(keep: ReadonlySet<string>, onlyThisSet: boolean): Promise<void> {
    for (const name of await this.#disk.list(this.#folder)) {
      if (name.endsWith('.new')) await this.#disk.remove(`${this.#folder}/${name}`)
    }
    await this.#disk.syncDirectory(this.#folder)
    await this.#parts.removeAllBut(keep, onlyThisSet)
  }

  async #fileState(name: string, { version, text }: SavedState) {
    const content = encoder.encode(text)
    if (content.length <= INLINE_BYTES_MAX) {
      return { state: { name, version, content }, written: 0 }
    }
    const names: string[] = []
    let written = 0
    for (const part of partsOf(content)) {
      const put = await this.#parts.put(part)
      names.push(put.name)
      written += put.written
      // What did not change waits for no disk, and must not keep the loop.
      if (names.length % PARTS_A_TURN === 0) await this.#clock.turn()
    }
    return { state: { name, version, content: names }, written }
  }

  async #textOf({ content }: FiledState): Promise<string> {
    if (content instanceof Uint8Array) return decoder.decode(content)
    const parts: Uint8Array[] = []
    for (const name of content) parts.push(await this.#part(name))
    return decoder.decode(Buffer.concat(parts))
  }

  async #part(name: string): Promise<Uint8Array> {
    try {
      return await this.#parts.get(name)
    } catch (error) {
      if (!(error instanceof GenesisError) || error.code !== 'file-missing') throw error
      throw damaged(`${this.#folder}/parts/${name}`, 'is missing', error)
    }
  }

  async #readFile(name: CheckpointName): Promise<CheckpointFile> {
    const path = this.#path(name)
    const file = decodeCheckpoint(await this.#disk.readFile(path), path)
    if (file.number === name.number && file.witness === name.witness) return file
    throw damaged(path, `holds the checkpoint of another number or journal`)
  }

  #path({ number, witness }: CheckpointName): string {
    const [digits, hex] = [String(number).padStart(16, '0'), witness.toString(16).padStart(8, '0')]
    return `${this.#folder}/checkpoint-${digits}-${hex}`
  }
}

export interface CheckpointName {
  readonly number: number
  readonly witness: number
}

export interface Written {
  /** What went to the disk, after compression. */
  readonly bytes: number
  readonly parts: ReadonlySet<string>
}

/** A state up to this is in the checkpoint's own file; a longer one is cut into parts. */
export const INLINE_BYTES_MAX = 131_072

const PARTS_A_TURN = 8
const NAME = /^checkpoint-(\d{16})-([0-9a-f]{8})$/
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function partNames(states: readonly FiledState[]): ReadonlySet<string> {
  return new Set(states.flatMap(({ content }) => (content instanceof Uint8Array ? [] : content)))
}
