import { expect, test } from 'vitest'
import { silentLog, SimulatedClock } from '../../runtime/index.ts'
import { LoopCulprit } from './loop-culprit.ts'

function setUp() {
  const clock = new SimulatedClock(1_000)
  const lines: unknown[] = []
  const log = { ...silentLog, warn: (fields: unknown) => void lines.push(fields) }
  const culprit = new LoopCulprit({ clock, log })
  const taking = (ms: number) => () => clock.setTime(clock.now() + ms)
  return { clock, culprit, lines, taking }
}

test('the only subscriber of a long turn is named at once, in log and status', () => {
  const { culprit, lines } = setUp()

  culprit.turnWasLong('bar.closed', ['slow'], 80)

  const finding = { component: 'slow', topic: 'bar.closed', tookMs: 80 }
  expect(lines).toEqual([finding])
  expect(culprit.status()).toMatchObject({ longTurns: 1, worst: { ...finding, time: 1_000 } })
  expect(culprit.watches('bar.closed')).toBe(false)
})

test('one of several is found by timing the next deliveries of that topic alone', () => {
  const { culprit, taking } = setUp()

  culprit.turnWasLong('bar.closed', ['quick', 'slow'], 80)
  const watched = [culprit.watches('bar.closed'), culprit.watches('order.filled')]
  culprit.time('quick', 'bar.closed', taking(3))
  culprit.time('slow', 'bar.closed', taking(60))
  culprit.turnWasLong('bar.closed', ['quick', 'slow'], 63)

  expect(watched).toEqual([true, false])
  expect(culprit.status().worst).toMatchObject({ component: 'slow', tookMs: 60 })
  expect(culprit.status().recent[1]).toMatchObject({ component: null })
})

test('a handler that throws is timed, and its error goes on', () => {
  const { culprit, taking } = setUp()
  culprit.turnWasLong('bar.closed', ['a', 'b'], 80)

  const run = () =>
    culprit.time('b', 'bar.closed', () => {
      taking(50)()
      throw new Error('slow and faulty')
    })

  expect(run).toThrow('slow and faulty')
  expect(culprit.status().worst).toMatchObject({ component: 'b' })
})

test('watching ends by itself when nothing is long again', () => {
  const { culprit, taking } = setUp()
  culprit.turnWasLong('bar.closed', ['a', 'b'], 80)

  for (let delivery = 0; delivery < 99; delivery += 1) {
    culprit.time('a', 'bar.closed', taking(1))
    culprit.delivered('bar.closed')
  }
  const before = culprit.watches('bar.closed')
  culprit.delivered('bar.closed')

  expect([before, culprit.watches('bar.closed')]).toEqual([true, false])
})

test('what is kept is bounded', () => {
  const { culprit } = setUp()

  for (let topic = 0; topic < 100; topic += 1) culprit.turnWasLong(`t.${topic}`, ['a', 'b'], 30)

  const { recent, watched, longTurns } = culprit.status()
  expect([recent.length, watched.length, longTurns]).toEqual([16, 32, 100])
})
