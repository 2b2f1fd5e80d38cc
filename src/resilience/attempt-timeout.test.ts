import { expect, test } from 'vitest'
import { AttemptTimeout } from './attempt-timeout.ts'
import { Classifier } from './classifier.ts'
import { Events } from './events.ts'
import { Pipeline } from './pipeline.ts'
import { LatencyPredictor } from './prediction/latency-predictor.ts'
import { SimulatedSide } from './simulated-side.ts'
import { timersOf } from './timers.ts'

/** What each attempt teaches: whether it succeeded, with how much time left. */
function setup() {
  const side = new SimulatedSide()
  const { clock } = side
  const taught: [leftMs: number, succeeded: boolean][] = []
  const success = {
    probability: () => 1,
    learn: (leftMs: number, succeeded: boolean) => void taught.push([leftMs, succeeded]),
  }
  const events = new Events('test')
  const latency = new LatencyPredictor()
  const timers = timersOf(clock)
  const calls = new Pipeline({
    name: 'test',
    clock,
    events,
    executors: [new AttemptTimeout({ timeoutMs: () => 50, latency, success, timers, events })],
    classifier: new Classifier({ events }),
  })
  return { side, clock, calls, taught, latency }
}

test.for<[string, object, boolean[]]>([
  ['an answer', { value: 1 }, [true]],
  ['a lost reply', { error: { code: 'ECONNRESET' } }, [false]],
  ['a timeout', { hang: true }, [false]],
  ['a mistake of our own', { error: { status: 404 } }, []],
])('%s teaches as much as it says of the next call', async ([, behaviour, expected]) => {
  const { side, clock, calls, taught } = setup()
  side.script(behaviour)

  void calls.run(side.task)
  await clock.advance(100)

  expect(taught.map(([, succeeded]) => succeeded)).toEqual(expected)
})
