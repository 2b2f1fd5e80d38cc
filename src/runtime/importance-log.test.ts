import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ImportanceLog, type ImportanceLogOptions } from './importance-log.ts'
import type { Log, LogFields, LogLevel } from './log.ts'
import { SimulatedClock } from './simulated-clock.ts'

function setUp(options: Partial<ImportanceLogOptions> = {}) {
  const clock = new SimulatedClock()
  const lines: { level: string; fields: LogFields; message: string }[] = []
  const log = new ImportanceLog({ log: recordingLog(lines, {}), clock, ...options })
  const messages = () => lines.map(({ message }) => message)
  return { clock, lines, log, messages }
}

function recordingLog(
  lines: { level: string; fields: LogFields; message: string }[],
  own: LogFields,
): Log {
  const at = (level: string) => (fields: LogFields, message: string) =>
    void lines.push({ level, fields: { ...own, ...fields }, message })
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    performance: at('performance'),
    child: (fields) => recordingLog(lines, { ...own, ...fields }),
  }
}

function times(count: number, run: (index: number) => void): void {
  for (let index = 0; index < count; index++) run(index)
}

test('a line is told at once, as it is', () => {
  const { log, lines } = setUp()

  log.child({ component: 'orders' }).warn({ symbol: 'BTC' }, 'slow')

  const fields = { component: 'orders', symbol: 'BTC' }
  expect(lines).toEqual([{ level: 'warn', fields, message: 'slow' }])
})

test('of lines that repeat the first five are told, and the rest in one line with their count', async () => {
  const { clock, log, lines, messages } = setUp()

  times(417, (index) => log.warn({ index }, 'slow'))
  const atOnce = lines.length
  await clock.advance(10_000)

  expect(atOnce).toBe(5)
  expect(messages()[5]).toBe('again 412 times in 10 s: slow')
  expect(lines[5]!.fields).toEqual({ index: 416, again: 412, overMs: 10_000 })
  expect(lines).toHaveLength(6)
})

test('after its window a line is new again', async () => {
  const { clock, log, messages } = setUp({ toldEach: 1 })

  times(2, () => log.warn({}, 'slow'))
  await clock.advance(10_000)
  log.warn({}, 'slow')

  expect(messages()).toEqual(['slow', 'again once in 10 s: slow', 'slow'])
})

test('lines of another component, level or kind of error are no repeats', () => {
  const { log, lines } = setUp({ toldEach: 1 })

  log.warn({ component: 'a' }, 'failed')
  log.warn({ component: 'b' }, 'failed')
  log.error({ component: 'a' }, 'failed')
  log.error({ component: 'a', err: new TypeError('x') }, 'failed')
  log.error({ component: 'a', err: new TypeError('y') }, 'failed')

  expect(lines).toHaveLength(4)
})

test('every error of an essential component is told, whatever else is left out', () => {
  const { log, lines } = setUp({ linesPerSecond: 10 })
  log.setVolume({ leastImportance: 4, share: 0 })
  const orders = log.child({ component: 'orders', essential: true })

  times(1_000, () => orders.error({}, 'component threw'))
  times(1_000, () => log.error({}, 'another threw'))

  expect(lines).toHaveLength(1_000)
  expect(lines.every(({ message }) => message === 'component threw')).toBe(true)
})

test('beyond the budget of a second lines are left out, counted, and the count is told', async () => {
  const { clock, log, lines, messages } = setUp({ linesPerSecond: 10 })

  times(100, (index) => log.info({}, `line ${index}`))
  await clock.advance(10_000)

  expect(lines).toHaveLength(6 + 1)
  expect(log.counts.leftOut[1]).toBe(94)
  expect(messages()[6]).toBe('log lines were left out by importance')
  expect(lines[6]!.fields).toEqual({ lines: 94 })
})

test('a flood of the unimportant leaves room for the important', () => {
  const { log, messages } = setUp({ linesPerSecond: 10 })

  times(100, (index) => log.debug({}, `line ${index}`))
  log.info({}, 'info')
  log.warn({}, 'warning')
  log.error({}, 'error')

  expect(messages().slice(-3)).toEqual(['info', 'warning', 'error'])
})

test('a budget that was used up comes back with time', async () => {
  const { clock, log, messages } = setUp({ linesPerSecond: 10 })

  times(100, (index) => log.info({}, `line ${index}`))
  await clock.advance(1_000)
  log.info({}, 'later')

  expect(messages().at(-1)).toBe('later')
})

test('a share lets just that part of the lines below errors through', () => {
  const { log, messages } = setUp()
  log.setVolume({ share: 0.25 })

  times(41, (index) => log.info({}, `info ${index}`))
  times(41, (index) => log.error({}, `error ${index}`))

  expect(messages().filter((message) => message.startsWith('info'))).toHaveLength(11)
  expect(messages().filter((message) => message.startsWith('error'))).toHaveLength(41)
})

test('lines of less than the least importance are left out, one step later for the essential', () => {
  const { log, messages } = setUp()
  log.setVolume({ leastImportance: 2 })

  log.info({}, 'plain')
  log.info({ essential: true }, 'essential')

  expect(messages()).toEqual(['essential'])
})

test('what the inner log would leave out by its level is nobody else to count', () => {
  const { log, lines } = setUp({ level: 'warn' })

  log.info({}, 'quiet')

  expect(lines).toEqual([])
  expect(log.counts.leftOut).toEqual([0, 0, 0, 0, 0])
})

test('measurements are never folded', () => {
  const { log, lines } = setUp({ toldEach: 1 })

  times(20, (index) => log.performance({ index }, 'turn'))

  expect(lines).toHaveLength(20)
})

test('at the end everything counted is told, and no timer is left', () => {
  const { clock, log, messages } = setUp({ toldEach: 1 })

  times(3, () => log.warn({}, 'slow'))
  log.close()

  expect(messages()).toEqual(['slow', 'again 2 times in 1 s: slow'])
  expect(clock.timerCount).toBe(0)
})

test('with more different lines than it remembers it tells the oldest sum and goes on', () => {
  const { log, messages } = setUp({ toldEach: 1, keysMax: 2 })

  for (const message of ['a', 'a', 'b', 'c']) log.warn({}, message)

  expect(messages()).toEqual(['a', 'b', 'again once in 1 s: a', 'c'])
})

test('fields that throw are logged all the same', () => {
  const { log, lines } = setUp()
  const err = {
    get code(): string {
      throw new Error('not yours')
    },
  }

  log.error({ err }, 'failed')

  expect(lines).toHaveLength(1)
})

test('every line is told, folded or left out, and the same lines give the same log', async () => {
  const level = fc.constantFrom<LogLevel>('debug', 'info', 'warn', 'error')
  const step = fc.record({
    level,
    essential: fc.boolean(),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    waitMs: fc.constantFrom(0, 0, 0, 1, 40, 3_000),
    share: fc.constantFrom(0, 0.3, 1),
  })
  const run = async (steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
    const { clock, log, lines } = setUp({ linesPerSecond: 5, toldEach: 2, keysMax: 3 })
    for (const { level: at, essential, name, waitMs, share } of steps) {
      clock.setTime(clock.now() + waitMs)
      log.setVolume({ share })
      log[at]({ essential }, name)
    }
    log.close()
    return { log, lines }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { log, lines } = await run(steps)
      const again = await run(steps)

      const { told, folded, leftOut } = log.counts
      expect(told + folded + leftOut.reduce((sum, count) => sum + count)).toBe(steps.length)
      const sums = lines.map(({ fields }) => Number(fields['again'] ?? 0))
      expect(sums.reduce((sum, count) => sum + count, 0)).toBe(folded)
      const safe = steps.filter((one) => one.level === 'error' && one.essential).length
      const kept = lines.filter(({ level, fields }) => level === 'error' && fields['essential'])
      expect(kept).toHaveLength(safe)
      expect(again.lines).toEqual(lines)
    }),
  )
})
