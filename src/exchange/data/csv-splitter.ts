/**
 * Cuts one line of CSV into fields without making strings: `starts[i]` to `ends[i]`.
 *
 * Strict on purpose: a quoted field holds no line break and no doubled quote, and a quote inside
 * a bare field is refused. Spaces around a field are cut off.
 */
export class CsvSplitter {
  readonly delimiter: number
  readonly starts = new Int32Array(FIELDS_MAX)
  readonly ends = new Int32Array(FIELDS_MAX)

  constructor(delimiter: number) {
    this.delimiter = delimiter
  }

  /** The number of fields; -1 for a stray quote or more than `FIELDS_MAX` fields. */
  split(bytes: Uint8Array, start: number, end: number): number {
    const { delimiter, starts, ends } = this
    let count = 0
    let from = start
    for (let at = start; ; at++) {
      if (at < end) {
        const byte = bytes[at]!
        if (byte === QUOTE) return this.#splitQuoted(bytes, start, end)
        if (byte !== delimiter) continue
      }
      if (count === FIELDS_MAX) return -1
      let left = from
      let right = at
      while (left < right && bytes[left] === SPACE) left++
      while (right > left && bytes[right - 1] === SPACE) right--
      starts[count] = left
      ends[count] = right
      count++
      if (at >= end) return count
      from = at + 1
    }
  }

  #splitQuoted(bytes: Uint8Array, start: number, end: number): number {
    let count = 0
    for (let at = start; ; at++) {
      if (count === FIELDS_MAX) return -1
      while (at < end && bytes[at] === SPACE) at++
      const quoted = at < end && bytes[at] === QUOTE
      const from = quoted ? at + 1 : at
      const stop = quoted ? QUOTE : this.delimiter
      at = from
      while (at < end && bytes[at] !== stop && (quoted || bytes[at] !== QUOTE)) at++
      if (quoted ? at === end : bytes[at] === QUOTE && at < end) return -1
      let right = at
      if (quoted) at++
      else while (right > from && bytes[right - 1] === SPACE) right--
      while (at < end && bytes[at] === SPACE) at++
      if (at < end && bytes[at] !== this.delimiter) return -1
      this.starts[count] = from
      this.ends[count] = right
      count++
      if (at >= end) return count
    }
  }
}

/** The delimiter that cuts a line into the most fields; a comma where none does. */
export function detectDelimiter(line: string): number {
  let best = ','
  for (const candidate of [';', '\t', '|']) {
    if (line.split(candidate).length > line.split(best).length) best = candidate
  }
  return best.charCodeAt(0)
}

const FIELDS_MAX = 256
const QUOTE = 0x22
const SPACE = 0x20
