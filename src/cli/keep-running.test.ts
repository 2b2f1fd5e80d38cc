import { expect, test } from 'vitest'
import { type ProcessCopy, type ProcessEnd, SimulatedClock } from '../runtime/index.ts'
import { keepRunning } from './keep-running.ts'

/** The parent on a virtual clock, with copies that live until a test or a signal ends them. */
function setUp() {
  const clock = new SimulatedClock()
  const copies: PlannedCopy[] = []
  const said: string[] = []
  const handlers = new Map<string, () => void>()
  const process = {
    startCopy(restarts: number) {
      const copy = new PlannedCopy(restarts)
      copies.push(copy)
      return copy
    },
    onSignal(signal: string, run: () => void) {
      handlers.set(signal, run)
      return () => void handlers.delete(signal)
    },
    writeError: (text: string) => void said.push(text),
  }
  const ended = keepRunning({ process, clock })
  return { clock, copies, said, handlers, ended }
}

class PlannedCopy implements ProcessCopy {
  readonly pid = 1
  readonly restarts: number
  readonly ended: Promise<ProcessEnd>
  readonly signals: string[] = []
  end!: (end: ProcessEnd) => void
  beat = () => {}

  constructor(restarts: number) {
    this.restarts = restarts
    this.ended = new Promise((resolve) => (this.end = resolve))
  }

  onBeat(run: () => void): void {
    this.beat = run
  }

  signal(signal: string): void {
    this.signals.push(signal)
    if (signal === 'SIGKILL') this.end({ by: 'signal', signal })
  }
}

test('a killed process is started again, after a wait and with a sentence', async () => {
  const { clock, copies, said, handlers, ended } = setUp()

  copies[0]!.end({ by: 'signal', signal: 'SIGKILL' })
  await clock.advance(249)
  const before = copies.length
  await clock.advance(1)

  expect([before, copies.length, copies[1]!.restarts]).toEqual([1, 2, 1])
  expect(said).toEqual([
    'genesis: the process was ended by SIGKILL; started again in 0.25 s (1 of 10 in 5 min)\n',
  ])
  copies[1]!.end({ by: 'exit', code: 0 })
  expect(await ended).toBe(0)
  expect([handlers.size, clock.timerCount]).toEqual([0, 0])
})

test('a refusal of the settings ends it, with the same code', async () => {
  const { copies, said, ended } = setUp()

  copies[0]!.end({ by: 'exit', code: 1 })

  expect(await ended).toBe(1)
  expect(copies).toHaveLength(1)
  expect(said).toEqual(['genesis: it ended with code 1, which starting again does not cure\n'])
})

test('a signal is passed on, and whatever the process then ends with, it is not started again', async () => {
  const { copies, handlers, ended } = setUp()

  handlers.get('SIGTERM')!()
  copies[0]!.end({ by: 'exit', code: 70 })

  expect(await ended).toBe(70)
  expect(copies[0]!.signals).toEqual(['SIGTERM'])
  expect(copies).toHaveLength(1)
})

test('a signal while nothing runs ends the wait', async () => {
  const { clock, copies, handlers, ended } = setUp()

  copies[0]!.end({ by: 'signal', signal: 'SIGSEGV' })
  await clock.advance(10)
  handlers.get('SIGINT')!()

  expect(await ended).toBe(0)
  expect(copies).toHaveLength(1)
})

test('a process that was up and gives no sign of life for a minute is killed and started again', async () => {
  const { clock, copies, said } = setUp()

  copies[0]!.beat()
  await clock.advance(59_000)
  const before = [...copies[0]!.signals]
  await clock.advance(2_000)

  expect(before).toEqual([])
  expect(copies[0]!.signals).toEqual(['SIGKILL'])
  expect(copies).toHaveLength(2)
  expect(said[0]).toBe('genesis: no sign of life for 60 s: the process hangs and is killed\n')
})

test('a process that beats, or is not up yet, is left alone', async () => {
  const { clock, copies } = setUp()

  await clock.advance(100_000)
  for (let second = 0; second < 100; second++) {
    copies[0]!.beat()
    await clock.advance(1_000)
  }

  expect(copies[0]!.signals).toEqual([])
})

test('one that does not stop when told is killed after a minute', async () => {
  const { clock, copies, handlers, said, ended } = setUp()

  handlers.get('SIGTERM')!()
  await clock.advance(60_000)

  expect(copies[0]!.signals).toEqual(['SIGTERM', 'SIGKILL'])
  expect(await ended).toBe(137)
  expect(said).toEqual(['genesis: it did not stop within 60 s and is killed\n'])
})

test('a process that crashes again and again is given up with a sentence', async () => {
  const { clock, copies, said, ended } = setUp()

  for (let crash = 0; crash < 11; crash++) {
    copies[crash]!.end({ by: 'exit', code: 70 })
    await clock.advance(Math.min(250 * 2 ** crash, 30_000))
  }

  expect(await ended).toBe(70)
  expect(copies).toHaveLength(11)
  expect(said.at(-1)).toBe('genesis: 11 crashes within 5 minutes: not started again\n')
})
