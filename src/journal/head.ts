/**
 * The `head` file: how far the journal reached when it was last opened or closed.
 *
 * A single copy cannot tell a rotten last record from one a crash tore, so without this a flipped
 * bit in the last batch would shorten the journal in silence. Start-up refuses to end below it.
 * It is a witness, never a source: an unreadable head is ignored, and said so.
 */
import { type Disk, type Log, crc32 } from '../runtime/index.ts'

export interface Head {
  readonly number: number
  readonly epoch: number
}

export const headName = 'head'

const pattern = /^(genesis-journal 1 (\d{1,16}) (\d{1,10})) ([0-9a-f]{8})\n$/

export async function writeHead(disk: Disk, folder: string, head: Head): Promise<void> {
  await disk.replaceFile(`${folder}/${headName}`, Buffer.from(encodeHead(head)))
}

/** Undefined when there is none that can be trusted. */
export async function readHead(disk: Disk, folder: string, log: Log): Promise<Head | undefined> {
  const path = `${folder}/${headName}`
  if (!(await disk.exists(path))) return undefined
  const head = decodeHead(Buffer.from(await disk.readFile(path)).toString('latin1'))
  if (!head) log.warn({ file: path }, 'The head file of the journal is unreadable and is ignored.')
  return head
}

export function encodeHead(head: Head): string {
  const text = `genesis-journal 1 ${head.number} ${head.epoch}`
  return `${text} ${sumOf(text)}\n`
}

export function decodeHead(text: string): Head | undefined {
  const match = pattern.exec(text)
  if (!match || sumOf(match[1] ?? '') !== match[4]) return undefined
  return { number: Number(match[2]), epoch: Number(match[3]) }
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
