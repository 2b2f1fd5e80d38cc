import { crc32, deflate, GenesisError, inflate } from '../../runtime/index.ts'

/**
 * One checkpoint as the bytes of its file: a line with format, checksum and lengths, then,
 * compressed, a line of JSON that lists the components and the texts that are kept inline, one
 * after the other. A long text is kept as parts, files of their own, which are named here.
 *
 * Nothing is believed whose checksum and lengths do not match to the last byte.
 */
export interface CheckpointFile {
  readonly number: number
  readonly witness: number
  readonly time: number
  readonly states: readonly FiledState[]
}

export interface FiledState {
  readonly name: string
  readonly version: number
  readonly content: Uint8Array | readonly string[]
}

const FORMAT = 2
const FIRST_LINE = /^genesis-checkpoint (\d+) ([0-9a-f]{8}) (\d+) (\d+)$/
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeCheckpoint({ number, witness, time, states }: CheckpointFile): Uint8Array {
  const listed = states.map(({ name, version, content }) => [
    name,
    version,
    content instanceof Uint8Array ? content.length : content,
  ])
  const list = encoder.encode(`${JSON.stringify({ number, witness, time, states: listed })}\n`)
  const body = Buffer.concat([list, ...states.flatMap(({ content }) => inline(content))])
  const packed = deflate(body)
  const sum = crc32(packed).toString(16).padStart(8, '0')
  const line = `genesis-checkpoint ${FORMAT} ${sum} ${packed.length} ${body.length}\n`
  return Buffer.concat([encoder.encode(line), packed])
}

/** Throws `bad-checkpoint` with one sentence where the bytes are not what was encoded. */
export function decodeCheckpoint(bytes: Uint8Array, path: string): CheckpointFile {
  const end = bytes.subarray(0, 100).indexOf(10)
  const fields = FIRST_LINE.exec(end === -1 ? '' : decoder.decode(bytes.subarray(0, end)))
  if (!fields) throw damaged(path, 'has no first line')
  const [, format, sum, packedBytes, bodyBytes] = fields
  if (Number(format) !== FORMAT) {
    throw damaged(path, `has format ${format}; this version reads ${FORMAT}`)
  }
  const packed = bytes.subarray(end + 1)
  if (packed.length !== Number(packedBytes)) throw damaged(path, 'is cut short')
  if (crc32(packed) !== Number.parseInt(sum!, 16)) {
    throw damaged(path, 'does not match its checksum')
  }
  const body = unpack(packed, Number(bodyBytes), path)
  const listEnd = body.indexOf(10)
  const list = JSON.parse(decoder.decode(body.subarray(0, listEnd))) as List
  return { ...list, states: statesOf(list, body.subarray(listEnd + 1)) }
}

export function damaged(path: string, what: string, cause?: unknown): GenesisError {
  const message = `checkpoint ${path} ${what}`
  return new GenesisError('bad-checkpoint', message, { cause, details: { path } })
}

function inline(content: FiledState['content']): Uint8Array[] {
  return content instanceof Uint8Array ? [content] : []
}

function unpack(packed: Uint8Array, bytes: number, path: string): Uint8Array {
  let body: Uint8Array
  try {
    body = inflate(packed, bytes)
  } catch (error) {
    throw damaged(path, 'cannot be decompressed', error)
  }
  if (body.length !== bytes) throw damaged(path, 'does not have its length')
  return body
}

function statesOf({ states }: List, texts: Uint8Array): FiledState[] {
  let at = 0
  return states.map(([name, version, content]) => {
    if (typeof content !== 'number') return { name, version, content }
    const start = at
    at += content
    return { name, version, content: texts.subarray(start, at) }
  })
}

interface List {
  readonly number: number
  readonly witness: number
  readonly time: number
  /** Name, version, and the length of the inline text or the names of its parts. */
  readonly states: readonly (readonly [string, number, number | readonly string[]])[]
}
