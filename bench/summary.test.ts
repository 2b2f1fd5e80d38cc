import { expect, test } from 'vitest'
import { isMet, median, summarise } from './summary.ts'
import { figure, table } from './table.ts'

const rate = (name: string, value: number) => ({ name, value, unit: 'events/s' })

test('a row is the median of its rounds', () => {
  const rows = summarise([[rate('a', 10)], [rate('a', 40)], [rate('a', 20)]])

  expect(rows).toMatchObject([{ name: 'a', value: 20, rounds: [10, 40, 20], spread: 1.5 }])
})

test('of an even number of rounds the two in the middle share the median', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a peer tells how many times better we are, whichever way the unit points', () => {
  const rows = summarise([
    [
      rate('ours', 300),
      { ...rate('theirs', 100), peerOf: 'ours' },
      { name: 'our wait', value: 2, unit: 'ms' },
      { name: 'their wait', value: 5, unit: 'ms', peerOf: 'our wait' },
    ],
  ])

  expect(rows.map(({ ratio }) => ratio)).toEqual([null, 3, null, 2.5])
})

test('a peer of nobody is refused by name', () => {
  const rounds = [[{ ...rate('theirs', 1), peerOf: 'ours' }]]

  expect(() => summarise(rounds)).toThrow('"theirs" is the peer of "ours", no such row')
})

test.each([
  [500_000, '>= 400,000', true],
  [400_000, '>= 400000', true],
  [399_999, '>= 400_000', false],
  [0.6, '<= 0.7', true],
  [0.8, '<= 0.7', false],
  [5, '< 5', false],
  [5, '> 5', false],
])('%d against the target %s: %s', (value, target, met) => {
  expect(isMet(value, target)).toBe(met)
})

test('a target that is no comparison is refused', () => {
  expect(() => isMet(1, 'fast')).toThrow('target "fast" must look like')
})

test.each([
  [1_234_567, '1,230,000'],
  [12_345, '12,300'],
  [999, '999'],
  [12.345, '12.3'],
  [0.0045678, '0.00457'],
  [0, '0'],
])('%d is written as %s', (value, text) => {
  expect(figure(value)).toBe(text)
})

test('the table judges targets and names ratios', () => {
  const rows = summarise([
    [
      { ...rate('ours', 300), target: '>= 400' },
      { ...rate('theirs', 100), peerOf: 'ours' },
    ],
  ])

  const lines = table(rows).split('\n')

  expect(lines[1]).toMatch(/^ours +300 +events\/s +±0% +MISSED >= 400$/)
  expect(lines[2]).toMatch(/^theirs +100 +events\/s +±0% +3.00x for "ours"$/)
})
