/**
 * The next segment, prepared while the current one fills, so that changing over costs a rename.
 *
 * What holds: the file is called `spare` until it is full of zeros and no longer written; a half
 * made one is finished at the next start. A failure to prepare is told when the segment is needed.
 */
import type { Disk } from '../runtime/index.ts'
import { type Segment, fillWithZeros, spareName } from './segment.ts'

export class Spare {
  readonly #disk: Disk
  readonly #folder: string
  readonly #bytes: number
  #prepared: Promise<Prepared> | undefined
  #stopped = false

  constructor(disk: Disk, folder: string, bytes: number) {
    this.#disk = disk
    this.#folder = folder
    this.#bytes = bytes
  }

  /** Begins in the background; more calls do nothing. */
  prepare(): void {
    this.#prepared ??= this.#make().then(
      () => ({ ok: true }),
      (cause: unknown) => ({ ok: false, cause }),
    )
  }

  /** Gives the spare its name as a segment, durably. */
  async become(segment: Segment): Promise<void> {
    this.prepare()
    const prepared = await this.#prepared
    if (prepared?.ok === false) throw prepared.cause
    await this.#disk.rename(`${this.#folder}/${spareName}`, `${this.#folder}/${segment.name}`)
    await this.#disk.syncDirectory(this.#folder)
    this.#prepared = undefined
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#prepared
  }

  async #make(): Promise<void> {
    const file = await this.#disk.open(`${this.#folder}/${spareName}`, { create: true })
    try {
      await fillWithZeros(file, this.#bytes, () => this.#stopped)
    } finally {
      await file.close()
    }
  }
}

type Prepared = { ok: true } | { ok: false; cause: unknown }
