import { expect, test } from 'vitest'
import { crossedDown, crossedUp } from './cross.ts'
import { SeriesGraph } from './series-graph.ts'
import { Series } from './series.ts'

test('the last two values are kept, NaN before there are any', () => {
  const series = new Series(new SeriesGraph(), 'close')

  expect([series.ready, series.value, series.previous]).toStrictEqual([false, NaN, NaN])
  for (const value of [1, 2, 3]) series.push(value)
  expect([series.ready, series.value, series.previous]).toStrictEqual([true, 3, 2])
})

test('a history keeps as many as were asked for', () => {
  const series = new Series(new SeriesGraph(), 'close').history(4).history(3)

  for (const value of [1, 2, 3]) series.push(value)
  expect([0, 1, 2, 3].map((ago) => series.at(ago))).toStrictEqual([3, 2, 1, NaN])
  for (const value of [4, 5]) series.push(value)
  expect([0, 1, 2, 3].map((ago) => series.at(ago))).toStrictEqual([5, 4, 3, 2])
})

test('a value further back than what is kept is refused', () => {
  const series = new Series(new SeriesGraph(), 'close')

  expect(() => series.at(2)).toThrow(/close.at\(2\) .* from 0 to 1, and .history\(n\) in setup/)
  expect(() => series.history(3).at(3)).toThrow(/from 0 to 2/)
  expect(() => series.history(0)).toThrow('history of close is 0; it must be a whole number from 1')
})

test('a crossing is seen on its bar only, and never before both are ready', () => {
  const graph = new SeriesGraph()
  const a = new Series(graph, 'a')
  const b = new Series(graph, 'b')
  const steps = [
    [5, NaN],
    [5, 4],
    [3, 4],
    [4, 4],
    [6, 4],
    [7, 4],
  ] as const

  const seen = steps.map(([x, y]) => {
    a.push(x)
    b.push(y)
    return [crossedUp(a, b), crossedDown(a, b)]
  })

  expect(seen.map(([up]) => up)).toStrictEqual([false, false, false, false, true, false])
  expect(seen.map(([, down]) => down)).toStrictEqual([false, false, true, false, false, false])
})

test('a level can be crossed', () => {
  const a = new Series(new SeriesGraph(), 'a')

  const seen = [31, 29, 30, 31].map((value) => {
    a.push(value)
    return [crossedUp(a, 30), crossedDown(a, 30)]
  })

  expect(seen).toStrictEqual([
    [false, false],
    [false, true],
    [false, false],
    [true, false],
  ])
})
