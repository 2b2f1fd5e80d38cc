import { badData } from './bad-data.ts'

/**
 * Walks the records of a JSON array of objects or arrays and gives each with the line it starts
 * on: `JSON.parse` of the whole would lose the lines, and would say of a torn file no more than
 * that its input ended.
 */
export function eachJsonRecord(
  path: string,
  text: string,
  take: (record: unknown, line: number) => void,
): void {
  let line = 1
  let at = 0
  const skipSpace = () => {
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === LINE_FEED) line++
      else if (code > SPACE && code !== BOM) return
    }
  }

  skipSpace()
  if (text[at] !== '[') throw badData(path, line, 'is not a JSON array of candles')
  at++
  for (let record = 1; ; record++) {
    skipSpace()
    if (text[at] === ']' && record === 1) break
    const start = at
    const end = endOfRecord(text, start)
    if (end < 0)
      throw badData(path, line, `the file ends in the middle of record ${record}; it is cut short`)
    if (end === start)
      throw badData(path, line, `record ${record} is neither an object nor an array`)
    take(parseRecord(path, text.slice(start, end), line, record), line)
    for (; at < end; at++) if (text.charCodeAt(at) === LINE_FEED) line++
    skipSpace()
    if (text[at] === ']') break
    if (at >= text.length)
      throw badData(
        path,
        line,
        `the array is not closed after record ${record}; the file is cut short`,
      )
    if (text[at] !== ',') throw badData(path, line, `a comma is missing after record ${record}`)
    at++
  }
  at++
  skipSpace()
  if (at < text.length) throw badData(path, line, 'there is text behind the end of the array')
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const BOM = 0xfeff
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Past the bracket that closes the one at `start`; `start` where there is none, -1 at the end. */
function endOfRecord(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (at < 0) return -1
    } else if (code === 0x7b || code === 0x5b) {
      depth++
    } else if (code === 0x7d || code === 0x5d) {
      depth--
      if (depth <= 0) return at + 1
    }
    if (depth === 0) return start
  }
  return -1
}

/** Where the quote stands that closes the one at `start`; -1 at the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return -1
}

function parseRecord(path: string, text: string, line: number, record: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words count from the start of the record and differ between versions.
    throw badData(path, line, `record ${record} is not JSON`)
  }
}
