/**
 * The one append-only record of everything acknowledged: contract only, see `file-journal.ts`.
 *
 * - Numbers are 1, 2, 3, ... without a hole.
 * - `acknowledged` is the highest number whose bytes were flushed. It only grows, and what it
 *   covers survives any crash of the process or the machine.
 * - After a failed write or flush the journal halts: it takes nothing more and never retries.
 */
export interface Journal {
  /**
   * The number the record got. Throws `journal-halted` when halted and `journal-behind` when too
   * much waits for the disk (then nothing happened). Asserts that the journal is open, that `kind`
   * is 0 to 65535 and that the record fits in a segment. A string is stored as UTF-8.
   */
  append(kind: number, payload: Uint8Array | string): number
  /** The oldest record that is kept; 1 until older ones are removed. */
  readonly firstNumber: number
  readonly lastNumber: number
  readonly acknowledged: number
  /** Resolves when everything appended before the call is flushed; rejects when halted. */
  flushed(): Promise<void>
  /**
   * Records from `from` (inclusive), in order, verified; only acknowledged or recovered ones.
   * Ends with `journal-begins-later` where the first of them was removed.
   */
  read(from: number): AsyncIterable<readonly JournalRecord[]>
  /**
   * Removes records below `number` as far as whole files hold nothing else; the newest record
   * always stays. Returns the first that is kept. A crash in the middle of it is harmless; when
   * the disk fails, the journal halts.
   */
  removeBefore(number: number): Promise<number>
  close(): Promise<void>
}

export interface JournalRecord {
  readonly number: number
  readonly kind: number
  readonly payload: Uint8Array
}

export interface JournalListener {
  /** Called once per flush, in order; everything up to `acknowledged` is safe. */
  onAcknowledged(acknowledged: number): void
  /** Called once; the reason has code `journal-halted`. */
  onHalted(reason: Error): void
}
