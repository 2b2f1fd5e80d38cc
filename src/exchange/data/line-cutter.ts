import { badData, TornContainer } from './bad-data.ts'
import type { DataSource } from './data-source.ts'

/**
 * Cuts chunks of bytes into lines without making strings of them.
 *
 * A line is given as a slice of a buffer, without its line end (LF or CRLF), with its number
 * from 1. A line may be split over any number of chunks; it is bounded by `LINE_BYTES_MAX`.
 */
export type LineTaker = (bytes: Uint8Array, start: number, end: number, line: number) => void

export class LineCutter {
  readonly #path: string
  readonly #take: LineTaker
  #rest: Buffer = Buffer.alloc(0)
  /** Lines taken so far. */
  #line = 0

  constructor(path: string, take: LineTaker) {
    this.#path = path
    this.#take = take
  }

  get line(): number {
    return this.#line
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk
    let start = 0
    if (this.#rest.length > 0) {
      const first = chunk.indexOf(LINE_FEED)
      if (first < 0) return this.#keep(chunk, 0)
      bytes = Buffer.concat([this.#rest, chunk.subarray(0, first + 1)])
      this.#rest = Buffer.alloc(0)
      this.#cut(bytes, 0)
      bytes = chunk
      start = first + 1
    }
    this.#keep(bytes, this.#cut(bytes, start))
  }

  /** Takes a last line that has no line end; true where there was one. */
  end(): boolean {
    const rest = this.#rest
    if (rest.length === 0) return false
    this.#rest = Buffer.alloc(0)
    this.#line++
    this.#take(rest, 0, rest.length, this.#line)
    return true
  }

  /** Gives every whole line from `start`; returns where the unfinished one begins. */
  #cut(bytes: Uint8Array, start: number): number {
    let from = start
    for (;;) {
      const at = bytes.indexOf(LINE_FEED, from)
      if (at < 0) return from
      this.#line++
      this.#take(
        bytes,
        from,
        at > from && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at,
        this.#line,
      )
      from = at + 1
    }
  }

  #keep(bytes: Uint8Array, from: number): void {
    if (from === bytes.length) return
    if (this.#rest.length + bytes.length - from > LINE_BYTES_MAX) {
      throw badData(this.#path, this.#line + 1, `the line is longer than ${LINE_BYTES_MAX} bytes`)
    }
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(from)])
  }
}

/**
 * Gives every line of a source, then tells whether the last one had no line end. A container that
 * breaks off is told with the line at which it does.
 */
export async function takeLines(source: DataSource, take: LineTaker): Promise<boolean> {
  const cutter = new LineCutter(source.path, take)
  try {
    for await (const chunk of source.chunks()) cutter.push(chunk)
  } catch (error) {
    throw atLine(error, source.path, cutter.line + 1)
  }
  return cutter.end()
}

/** A torn container becomes bad data at a line; anything else stays what it is. */
export function atLine(error: unknown, path: string, line: number): unknown {
  return error instanceof TornContainer ? badData(path, line, error.message) : error
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const LINE_BYTES_MAX = 16 * 1024 * 1024
