import { expect, test } from 'vitest'
import { GenesisError } from '../../runtime/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const file = {
  number: 12,
  witness: 0xdead_beef,
  time: 1_700_000_000_000,
  states: [
    { name: 'account', version: 2, content: bytes('{"cash":"10.50","who":"Zoë"}') },
    { name: 'read model', version: 1, content: ['0012-aa', '0012-bb'] },
    { name: 'empty', version: 1, content: bytes('') },
    { name: 'last', version: 1, content: bytes('[1,2]\n[3]') },
  ],
}
const encoded = encodeCheckpoint(file)

function isRefused(damaged: Uint8Array): boolean {
  try {
    decodeCheckpoint(damaged, 'kept/one')
    return false
  } catch (error) {
    if (!(error instanceof GenesisError)) throw error
    return error.code === 'bad-checkpoint' && error.message.startsWith('checkpoint kept/one ')
  }
}

test('what was encoded is decoded', () => {
  const { states, ...head } = decodeCheckpoint(encoded, 'kept/one')

  const { states: given, ...rest } = file
  expect(head).toEqual(rest)
  expect(states.map(({ content }) => [...content])).toEqual(
    given.map(({ content }) => [...content]),
  )
})

test('every single flipped bit is found out', () => {
  for (let bit = 0; bit < encoded.length * 8; bit += 1) {
    const damaged = Uint8Array.from(encoded)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    expect(isRefused(damaged), `bit ${bit}`).toBe(true)
  }
})

test('every cut and every byte too many is found out', () => {
  for (let length = 0; length < encoded.length; length += 1) {
    expect(isRefused(encoded.subarray(0, length)), `${length} bytes`).toBe(true)
  }
  expect(isRefused(Buffer.concat([encoded, bytes('x')]))).toBe(true)
})

test('another format is named with the one that can be read', () => {
  const other = Buffer.from(encoded)
  other.write('9', 'genesis-checkpoint '.length)

  expect(() => decodeCheckpoint(other, 'kept/one')).toThrow('has format 9; this version reads 2')
})
