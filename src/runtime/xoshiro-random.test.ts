import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from './xoshiro-random.ts'

const draw = (count: number, next: () => number) => Array.from({ length: count }, next)

test('the words are those of the reference implementation of xoshiro128** 1.1', () => {
  const random = createRandom(0)
  random.restore([0, 1, 2, 3, 4])

  const words = draw(10, () => random.integer(2 ** 32))

  // Published with the Rust crate rand_xoshiro, made by the authors' C code.
  expect(words).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ])
})

test('the seed is expanded by splitmix32', () => {
  const [seed, ...words] = createRandom(42).snapshot()

  expect([seed, words]).toMatchInlineSnapshot(`
    [
      42,
      [
        939911724,
        3948730756,
        321366731,
        3317318717,
      ],
    ]
  `)
})

test('the same seed gives the same numbers, another seed others', () => {
  const [one, same, other] = [createRandom('a'), createRandom('a'), createRandom('b')]

  const numbers = draw(5, () => one.next())

  expect(draw(5, () => same.next())).toEqual(numbers)
  expect(draw(5, () => other.next())).not.toEqual(numbers)
})

test('seeds that differ only above 32 bits differ', () => {
  expect(createRandom(1).next()).not.toBe(createRandom(1 + 2 ** 32).next())
})

test('a fork depends on seed and label, not on the position', () => {
  const random = createRandom(7)
  const before = random.fork('latency').next()

  random.next()
  const after = random.fork('latency').next()

  expect(after).toBe(before)
  expect(random.fork('prices').next()).not.toBe(before)
  expect(createRandom(8).fork('latency').next()).not.toBe(before)
})

test('many forks are all different', () => {
  const random = createRandom(1)

  const firsts = new Set(
    Array.from({ length: 10_000 }, (_, index) => random.fork(`${index}`).next()),
  )

  expect(firsts.size).toBe(10_000)
})

test('a restored snapshot continues where it was taken, through JSON', () => {
  const random = createRandom(3)
  random.normal()
  const state = JSON.parse(JSON.stringify(random.snapshot()))
  const expected = draw(4, () => random.normal())

  const restored = createRandom(99)
  restored.restore(state)

  expect(draw(4, () => restored.normal())).toEqual(expected)
  expect(restored.fork('x').next()).toBe(random.fork('x').next())
})

test('integer stays in its range and reaches both ends', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
      const drawn = createRandom(seed).integer(below)
      expect(drawn >= 0 && drawn < below && Number.isInteger(drawn)).toBe(true)
    }),
  )
  const random = createRandom(5)
  expect(new Set(draw(200, () => random.integer(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
})

test('the distributions have the moments they should have', () => {
  const random = createRandom(11)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  const uniform = draw(50_000, () => random.next())
  const waits = draw(50_000, () => random.exponential(20))
  const normal = draw(50_000, () => random.normal())

  expect(mean(uniform)).toBeCloseTo(0.5, 2)
  expect(Math.abs(mean(waits) - 20)).toBeLessThan(0.4)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0)
  expect(mean(normal)).toBeCloseTo(0, 1)
  expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1)
  expect(mean(normal.map((value) => value ** 4))).toBeCloseTo(3, 0)
})

test('exponential and normal give the bits recorded, on every Node', () => {
  const random = createRandom(2026)

  const values = draw(6, () => random.normal()).concat(draw(6, () => random.exponential(1)))

  expect(Buffer.from(new Float64Array(values).buffer).toString('base64')).toMatchInlineSnapshot(
    `"YnnFe8Ar+79Q+uix+sroPzo7ZUsTms8/VOyjitbb+L+xWGmD6sTzP1Yfx6ZkIKQ/49229rTa/z+rjV1negLrPzguSW3fIf0/daL0gSi62z+kTI9CUN3rP9KWuCHG6/o/"`,
  )
})

test('a bad seed or range is a programmer error', () => {
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53])
    expect(() => createRandom(seed)).toThrow('seed')
  expect(() => createRandom(1).integer(0)).toThrow('integer() takes 1 to 2^32')
})
