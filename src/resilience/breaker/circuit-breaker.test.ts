import { expect, test } from 'vitest'
import {
  SimulatedCalls,
  fatal,
  lost,
  overload,
  timedOut,
  transient,
} from '../limits/simulated-calls.ts'
import { refusal } from '../refusal.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { circuitResult } from './circuit-result.ts'
import { SimulatedCircuit } from './simulated-circuit.ts'

test('the first call may fail', () => {
  const circuit = new SimulatedCircuit()

  circuit.call('failure')

  expect(circuit.state).toBe('CLOSED')
})

test('ten failures in a row open it, however few calls there are', () => {
  const circuit = new SimulatedCircuit({ minimumThroughput: 1_000 })

  for (let call = 0; call < 10; call++) {
    circuit.call('failure')
    circuit.pass(5_000)
  }

  expect(circuit.state).toBe('OPEN')
  expect(circuit.moves.at(-1)).toMatchObject({ because: '10 failures in a row' })
})

test('half of the calls failing opens it, from the minimum throughput on', () => {
  const circuit = new SimulatedCircuit()
  const fails = () => circuit.call('failure')

  for (let pair = 0; pair < 4; pair++) {
    circuit.call('success')
    fails()
  }
  circuit.call('success')
  expect(circuit.state).toBe('CLOSED')

  fails()
  expect(circuit.state).toBe('OPEN')
  expect(circuit.moves.at(-1)).toMatchObject({ because: '5 of 10 calls failed' })
})

test('a success never opens it, however bad the rate has become', () => {
  const circuit = new SimulatedCircuit({ minimumThroughput: 10 })
  circuit.calls(9, 'failure')

  circuit.call('success')

  expect(circuit.state).toBe('CLOSED')
})

test('slow calls open it where somebody said what slow is', () => {
  const circuit = new SimulatedCircuit({ slowCallMs: 100, slowCallRate: 0.5 })

  circuit.calls(5, 'success', 10)
  circuit.calls(5, 'success', 101)

  expect(circuit.state).toBe('OPEN')
  expect(circuit.moves.at(-1)).toMatchObject({ because: '5 of 10 calls were slow' })
})

test('a count window looks at the last calls, not at the last seconds', () => {
  const circuit = new SimulatedCircuit({ window: { calls: 10 }, consecutiveFailures: Infinity })

  for (let call = 0; call < 10; call++) {
    circuit.call(call % 2 === 0 ? 'success' : 'failure')
    circuit.pass(20_000)
  }

  expect(circuit.state).toBe('OPEN')
})

test('old failures leave the window after an idle gap', () => {
  const circuit = new SimulatedCircuit({ window: { ms: 1_000 }, minimumThroughput: 5 })
  circuit.calls(4, 'failure')

  circuit.pass(3_600_000)
  circuit.calls(4, 'failure')

  expect(circuit.state).toBe('CLOSED')
})

test('an idle gap also ends a run of failures', () => {
  const circuit = new SimulatedCircuit({ minimumThroughput: 1_000 })
  circuit.calls(9, 'failure')

  circuit.pass(60_001)
  circuit.calls(9, 'failure')

  expect(circuit.state).toBe('CLOSED')
})

test('a wall clock set back one hour changes nothing', () => {
  const circuit = new SimulatedCircuit()
  circuit.trip()

  circuit.clock.stepWallClock(-3_600_000)
  circuit.pass(11_000)

  expect(circuit.admit()).toBeGreaterThan(0)
  expect(circuit.state).toBe('HALF_OPEN')
})

test('open, it refuses with the same value each time and says when to come back', () => {
  const calls = new SimulatedCalls(new CircuitBreaker({ breakMs: 10_000, random: zero }))
  calls.serve = (call) => call.answer(transient)
  calls.sendMany(10)

  const [first, second] = calls.sendMany(2)

  expect(first?.outcomes).toEqual([refusal('circuit-open', 10_000)])
  expect(second?.outcomes[0]).toBe(first?.outcomes[0])
  expect(calls.sent.filter(({ hasRun }) => hasRun)).toHaveLength(10)
})

test('open, it says how long the break still lasts', () => {
  const circuit = new SimulatedCircuit({ random: zero })
  circuit.trip()

  circuit.pass(4_000)

  expect(circuit.breaker.retryAfterMs(circuit.nowMs)).toBe(6_000)
})

test("the caller's abort and local refusals are not failures", () => {
  const calls = new SimulatedCalls(new CircuitBreaker())
  const ours = [refusal('aborted'), refusal('queue-full'), refusal('rate-limited'), fatal]

  for (let round = 0; round < 20; round++) {
    for (const outcome of ours) {
      calls.send()
      calls.running[0]!.answer(outcome)
    }
  }

  expect(calls.sent.every(({ hasRun }) => hasRun)).toBe(true)
})

test('overload gates the key elsewhere and never opens the circuit', () => {
  const breaker = new CircuitBreaker()
  const calls = new SimulatedCalls(breaker)
  calls.serve = (call) => call.answer(overload)

  calls.sendMany(100)

  expect(breaker.state).toBe('CLOSED')
})

test.each([
  ['a transient failure', transient],
  ['a lost reply', lost],
  ['a timeout', timedOut],
])('%s counts', (_name, outcome) => {
  const breaker = new CircuitBreaker()
  const calls = new SimulatedCalls(breaker)
  calls.serve = (call) => call.answer(outcome)

  calls.sendMany(10)

  expect(breaker.state).toBe('OPEN')
})

test('a throwing listener never changes the result of a call', () => {
  const breaker = new CircuitBreaker()
  breaker.events.on(() => {
    throw new Error('listener')
  })
  const calls = new SimulatedCalls(breaker)
  calls.serve = (call) => call.answer(transient)

  const results = calls.sendMany(12).map(({ result }) => result)

  expect(results.slice(9)).toEqual(['failed', 'circuit-open', 'circuit-open'])
  expect(breaker.events.isolated).toBeGreaterThan(0)
})

test('a break time of the user that throws or says nonsense is as if it were not there', () => {
  for (const breakMs of [() => Number.NaN, thrower]) {
    const circuit = new SimulatedCircuit({ breakMs, random: zero })

    circuit.trip()

    expect(circuit.breaker.retryAfterMs(circuit.nowMs)).toBe(10_000)
  }
})

test('a break time of the user is taken, up to the maximum', () => {
  const breakMs = (trips: number) => trips * 7_000
  const circuit = new SimulatedCircuit({ breakMs, breakMsMax: 8_000, random: zero })

  circuit.tripAndWait()
  expect(circuit.nowMs).toBe(7_000)

  circuit.call('failure')
  expect(circuit.breaker.retryAfterMs(circuit.nowMs)).toBe(8_000)
})

test('in shadow nothing is refused, what would have been is counted and told', () => {
  const circuit = new SimulatedCircuit({ shadow: true })
  circuit.trip()

  const passed = [circuit.call('failure'), circuit.call('success')]

  expect(passed).toEqual([true, true])
  expect(circuit.state).toBe('OPEN')
  expect(circuit.breaker.counters).toMatchObject({ wouldRefuse: 2, refused: 0, settled: 12 })
  expect(circuit.events.filter(({ type }) => type === 'call.would-refuse')).toHaveLength(2)
})

test('in shadow it recovers by the probes it would have sent', () => {
  const circuit = new SimulatedCircuit({ shadow: true, ramp: false })
  circuit.tripAndWait()

  circuit.calls(3, 'success')

  expect(circuit.state).toBe('CLOSED')
})

test('a rule that cannot be is refused with its name and what is allowed', () => {
  expect(() => new CircuitBreaker({ failureRate: 0 })).toThrow('failureRate is above 0 to 1, not 0')
  expect(() => new CircuitBreaker({ window: { calls: 0 } })).toThrow('window.calls')
  expect(() => new CircuitBreaker({ breakMs: -1 })).toThrow('breakMs is above 0 and finite, not -1')
  expect(() => new CircuitBreaker({ ramp: [150] })).toThrow('a step of ramp')
})

test('what it counts is told as metrics', () => {
  const circuit = new SimulatedCircuit({ name: 'quotes' })
  circuit.trip()
  circuit.call('success')

  const metrics = circuit.breaker.metrics()

  expect(metrics.every(({ name }) => name.startsWith('genesis.resilience.breaker.'))).toBe(true)
  expect(metrics.map(({ name, value }) => [name.slice(27), value])).toEqual([
    ['admitted', 10],
    ['refused', 1],
    ['settled', 10],
    ['late', 0],
    ['ignored', 0],
    ['duplicates', 0],
    ['would_refuse', 0],
    ['probes.expired', 0],
    ['transitions', 1],
    ['state', 1],
  ])
})

const zero = { next: () => 0 } as never

const thrower = (): number => {
  throw new Error('breakMs')
}

test('a recovering side that answers "not found" is there: the circuit closes', () => {
  const circuit = new SimulatedCircuit()
  circuit.calls(10, 'failure')
  circuit.pass(20_000)

  circuit.traffic(60_000, 100, () => 'answered')

  expect(circuit.path).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'])
})

test('"not found" is no failure of a closed circuit, and a bug of ours is no answer', () => {
  const circuit = new SimulatedCircuit()

  circuit.calls(100, 'answered')

  expect(circuit.state).toBe('CLOSED')
  expect(circuitResult({ ...failed, error: { status: 404 } })).toBe('answered')
  expect(circuitResult({ ...failed, error: new TypeError('x is undefined') })).toBe('ignored')
})

const failed = {
  ok: false,
  errorClass: 'fatal',
  timedOut: false,
  attempts: 1,
  elapsedMs: 1,
} as const

test('after a recovery the failures that tripped it count no more, however short it was', () => {
  const circuit = new SimulatedCircuit({
    consecutiveFailures: Infinity,
    window: { calls: 100 },
    breakMs: 100,
    ramp: false,
  })
  circuit.tripAndWait()
  circuit.calls(3, 'success')

  circuit.calls(9, 'failure')

  expect(circuit.path).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'])
})
