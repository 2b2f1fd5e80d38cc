/**
 * The `head` file: how far the journal is known to reach, and where it begins.
 *
 * Records alone cannot tell a rotten last batch from one that a crash tore, nor removed segments
 * from lost ones. So start-up refuses to end below the head, and to begin after it. It is a
 * witness, never a source: nothing is rebuilt from it.
 *
 * What holds: two copies, each within a sector of its own, are overwritten in turn, so that a
 * crash leaves one of them whole; every field only grows, so the larger of two is the newer. A
 * head of which no copy can be read is ignored, and said so.
 */
import { type Disk, type Log, crc32 } from '../runtime/index.ts'
import { type Begin, firstBegin } from './segment.ts'

export interface Head {
  /** Up to here everything was flushed. */
  readonly number: number
  readonly epoch: number
  readonly begin: Begin
}

export interface FoundHead extends Head {
  /** Which copy to overwrite next: an unreadable one, or the older. */
  readonly next: 0 | 1
}

export const headName = 'head'
/** More than a sector of any disk. */
export const copyBytes = 4096

const pattern = /^(genesis-journal (?:1 (\d+) (\d+)|2 (\d+) (\d+) (\d+) (\d+))) ([0-9a-f]{8})\n/

/** Undefined when there is none that can be trusted. */
export async function readHead(
  disk: Disk,
  folder: string,
  log: Log,
): Promise<FoundHead | undefined> {
  const path = `${folder}/${headName}`
  if (!(await disk.exists(path))) return undefined
  const bytes = Buffer.from(await disk.readFile(path))
  const first = decodeHead(bytes.toString('latin1', 0, copyBytes))
  const second = decodeHead(bytes.toString('latin1', copyBytes))
  if (first && second) {
    return { ...newerOf(first, second), next: first.number > second.number ? 1 : 0 }
  }
  // An empty file is one whose first copy a crash kept from being written.
  const isRotten = bytes.length > 0 && (first ?? second) === undefined
  if (isRotten)
    log.warn({ file: path }, 'The head file of the journal is unreadable and is ignored.')
  if (first) return { ...first, next: 1 }
  return second && { ...second, next: 0 }
}

/** Always of the same length. */
export function encodeHead({ number, epoch, begin }: Head): string {
  const fields = [digits(number, 16), digits(epoch, 10), digits(begin.index, 6)]
  const text = `genesis-journal 2 ${fields.join(' ')} ${digits(begin.firstNumber, 16)}`
  return `${text} ${sumOf(text)}\n`
}

/** What stands at the beginning of the text; format 1 had one copy and no beginning. */
export function decodeHead(text: string): Head | undefined {
  const match = pattern.exec(text)
  if (!match || sumOf(match[1] ?? '') !== match[8]) return undefined
  return {
    number: Number(match[2] ?? match[4]),
    epoch: Number(match[3] ?? match[5]),
    begin: match[6] ? { index: Number(match[6]), firstNumber: Number(match[7]) } : firstBegin,
  }
}

function newerOf(one: Head, other: Head): Head {
  return {
    number: Math.max(one.number, other.number),
    epoch: Math.max(one.epoch, other.epoch),
    begin: one.begin.index > other.begin.index ? one.begin : other.begin,
  }
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
