import { expect, test } from 'vitest'
import { deflate, inflate } from './compression.ts'

const text = (value: string) => new TextEncoder().encode(value)

test.each(['', 'a', 'again and '.repeat(1_000)])('what was deflated comes back: %#', (value) => {
  const bytes = text(value)

  const back = inflate(deflate(bytes), bytes.length)

  expect(Buffer.from(back).toString()).toBe(value)
})

test('what repeats becomes much smaller', () => {
  const bytes = text('{"symbol":"BTCUSDT","price":100}'.repeat(1_000))

  expect(deflate(bytes).length).toBeLessThan(bytes.length / 20)
})

test('bytes that are no deflated ones are refused with their code', () => {
  const cut = deflate(text('something worth keeping')).subarray(0, 9)

  expect(() => inflate(cut, 100)).toThrow(expect.objectContaining({ code: 'bad-data' }))
})

test('more than the bound is refused before it takes the memory', () => {
  const bomb = deflate(new Uint8Array(1_000_000))

  expect(() => inflate(bomb, 1_000)).toThrow(expect.objectContaining({ code: 'bad-data' }))
})
