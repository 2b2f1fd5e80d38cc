import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineCutter } from './line-cutter.ts'

test('however the bytes are cut into chunks, the lines are the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n'), maxLength: 40 })
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

  fc.assert(
    fc.property(text, sizes, (written, chunkSizes) => {
      const expected = written.split('\n').map((line) => line.replace(/\r$/, ''))
      if (written === '' || written.endsWith('\n')) expected.pop()

      expect(cut(Buffer.from(written), chunkSizes)).toEqual(expected)
    }),
  )
})

function cut(bytes: Buffer, chunkSizes: readonly number[]): string[] {
  const lines: string[] = []
  const cutter = new LineCutter('file', (chunk, start, end, line) => {
    lines.push(Buffer.from(chunk.subarray(start, end)).toString())
    expect(line).toBe(lines.length)
  })
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = chunkSizes[turn % chunkSizes.length]!
    cutter.push(bytes.subarray(at, at + size))
    at += size
  }
  cutter.end()
  return lines
}
