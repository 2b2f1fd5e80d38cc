import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { PART_BYTES_MAX, PART_BYTES_MIN, partsOf } from './text-parts.ts'

function noise(size: number, seed = 'noise'): Uint8Array {
  const random = createRandom(seed)
  return Uint8Array.from({ length: size }, () => random.integer(256))
}

const join = (parts: readonly Uint8Array[]) => Buffer.concat(parts)

test('nothing has no parts and little has one', () => {
  expect([...partsOf(new Uint8Array())]).toEqual([])
  expect([...partsOf(noise(100))]).toHaveLength(1)
})

test('the parts joined are the whole, each within its bounds', () => {
  const bytes = noise(1_500_000)

  const parts = [...partsOf(bytes)]

  expect(join(parts).equals(bytes)).toBe(true)
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(PART_BYTES_MAX)
  const inner = parts.slice(0, -1).map(({ length }) => length)
  expect(Math.min(...inner)).toBeGreaterThanOrEqual(PART_BYTES_MIN)
})

test('what never says where to cut is cut at the bound', () => {
  const parts = [...partsOf(new Uint8Array(2 * PART_BYTES_MAX + 5).fill(7))]

  expect(parts.map(({ length }) => length)).toEqual([PART_BYTES_MAX, PART_BYTES_MAX, 5])
})

test('a few bytes put in near the start leave nearly every part as it was', () => {
  const before = noise(2_000_000)
  const after = join([before.subarray(0, 1_000), noise(37, 'more'), before.subarray(1_000)])

  const old = new Set([...partsOf(before)].map((part) => Buffer.from(part).toString('base64')))
  const parts = [...partsOf(after)].map((part) => Buffer.from(part).toString('base64'))

  expect(parts.filter((part) => !old.has(part)).length).toBeLessThanOrEqual(2)
  expect(parts.length).toBeGreaterThan(10)
})
