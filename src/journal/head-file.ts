/**
 * Writes the head behind the journal's back.
 *
 * What holds: it never holds up a batch. A head is written some milliseconds after it is reached,
 * and of those reached meanwhile only the last: written after every flush it would cost a sixth
 * of the journal's speed. It is flushed when the journal is quiet; while batches follow each
 * other, each one's records say what was flushed before. The first failure is told once, and
 * nothing is written after it.
 */
import type { Clock, Disk, DiskFile, Timer } from '../runtime/index.ts'
import { type FoundHead, type Head, copyBytes, encodeHead, headName } from './head.ts'
import { type Begin, writeWhole } from './segment.ts'

export interface OpenHeadOptions {
  readonly head: Head
  readonly found: FoundHead | undefined
  /** Without it a head is written as soon as it is reached. */
  readonly clock?: Clock | undefined
}

export interface HeadWatcher {
  /** Nothing of the journal waits or is under way. */
  isQuiet(): boolean
  onHeadFailed(cause: unknown): void
}

const delayMs = 10

export class HeadFile {
  readonly #file: DiskFile
  readonly #clock: Clock | undefined
  #next: 0 | 1
  #head: Head
  #watcher: HeadWatcher | undefined
  #timer: Timer | undefined
  #isStale = false
  #isUnsafe = false
  /** How many of the copies must still be made safe before `begin` returns. */
  #owed = 0
  #writing: Promise<void> | undefined
  #failure: { readonly cause: unknown } | undefined

  private constructor(file: DiskFile, { head, found, clock }: OpenHeadOptions) {
    this.#file = file
    this.#clock = clock
    this.#next = found?.next ?? 0
    this.#head = head
  }

  /**
   * Both copies say from now on what was found, safely: what could be read after a failed flush
   * may not be on the disk. And no later write needs room there.
   */
  static async open(disk: Disk, folder: string, options: OpenHeadOptions): Promise<HeadFile> {
    const file = await disk.open(`${folder}/${headName}`, { create: true })
    try {
      const opened = new HeadFile(file, options)
      for (const _ of [0, 1]) {
        await opened.#writeCopy()
        await file.dataSync()
      }
      await disk.syncDirectory(folder)
      return opened
    } catch (cause) {
      await file.close()
      throw cause
    }
  }

  watchedBy(watcher: HeadWatcher): void {
    this.#watcher = watcher
  }

  /** Everything up to `number` was flushed. Returns at once. */
  reach(number: number, epoch: number): void {
    if (this.#failure) return
    this.#head = { number, epoch, begin: this.#head.begin }
    this.#isStale = true
    if (!this.#clock) this.#writing ??= this.#write()
    else this.#timer ??= this.#clock.after(delayMs, () => this.#writeNow())
  }

  /** Resolves when both copies say so, safely. */
  async begin({ index, firstNumber }: Begin): Promise<void> {
    this.#head = { ...this.#head, begin: { index, firstNumber } }
    this.#owed = 2
    while (this.#owed > 0 && !this.#failure) await (this.#writing ??= this.#write())
    if (this.#failure) throw this.#failure.cause
  }

  /** Writes nothing any more that is not being written. */
  stop(cause: unknown): void {
    this.#failure ??= { cause }
    this.#timer?.cancel()
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#writeNow()
    await this.#writing
    try {
      if (this.#isUnsafe && !this.#failure) await this.#file.dataSync()
    } finally {
      await this.#file.close()
    }
  }

  #writeNow(): void {
    this.#timer = undefined
    if (this.#isStale && !this.#failure) this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      while ((this.#isStale || this.#owed > 0) && !this.#failure) {
        const isOwed = this.#owed > 0
        this.#isStale = false
        await this.#writeCopy()
        if (isOwed || (!this.#isStale && this.#watcher?.isQuiet() === true)) await this.#flush()
        if (isOwed) this.#owed--
      }
    } catch (cause) {
      const isFirst = this.#failure === undefined
      this.#failure ??= { cause }
      if (isFirst) this.#watcher?.onHeadFailed(cause)
    } finally {
      this.#writing = undefined
    }
  }

  async #flush(): Promise<void> {
    if (this.#failure) return
    this.#isUnsafe = false
    await this.#file.dataSync()
  }

  async #writeCopy(): Promise<void> {
    const bytes = Buffer.from(encodeHead(this.#head), 'latin1')
    const at = this.#next * copyBytes
    this.#next = this.#next === 0 ? 1 : 0
    this.#isUnsafe = true
    await writeWhole(this.#file, bytes, at)
  }
}
