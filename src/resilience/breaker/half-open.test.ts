import { expect, test } from 'vitest'
import { SimulatedCircuit } from './simulated-circuit.ts'

test('a call admitted before a trip never changes what comes after, and is counted late', () => {
  for (const result of ['success', 'failure', 'timeout'] as const) {
    const circuit = new SimulatedCircuit()
    const old = circuit.admit()
    circuit.tripAndWait()
    circuit.call('success')
    const before = circuit.breaker.export()

    circuit.settle(old, result)

    expect(circuit.breaker.export()).toEqual(before)
    expect(circuit.breaker.counters.late).toBe(1)
    expect(circuit.events.at(-1)).toMatchObject({ type: 'call.late', ok: result === 'success' })
  }
})

test('a thousand old failures do not keep a recovering circuit from closing', () => {
  const circuit = new SimulatedCircuit()
  const old = Array.from({ length: 1_000 }, () => circuit.admit())
  circuit.tripAndWait()

  circuit.traffic(12_000, 100, () => {
    for (const ticket of old.splice(0, 10)) circuit.settle(ticket, 'failure')
    return 'success'
  })

  expect(circuit.path).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'])
  expect(circuit.breaker.counters.late).toBe(1_000)
})

test('a probe of an earlier break does not decide the next', () => {
  const circuit = new SimulatedCircuit()
  circuit.tripAndWait()
  const stale = circuit.admit()
  circuit.call('failure')
  circuit.pass(60_000)
  circuit.call('success')

  circuit.settle(stale, 'failure')

  expect(circuit.state).toBe('HALF_OPEN')
  expect(circuit.breaker.counters.late).toBe(1)
})

test('several probes are out at a time, and no more', () => {
  const circuit = new SimulatedCircuit({ probes: 2 })
  circuit.tripAndWait()

  const tickets = [circuit.admit(), circuit.admit(), circuit.admit()]

  expect(tickets.map((ticket) => ticket > 0)).toEqual([true, true, false])
})

test('a probe that never settles costs one lease, not the circuit', () => {
  const circuit = new SimulatedCircuit({ probes: 2, ramp: false })
  circuit.tripAndWait()
  const hung = circuit.admit()

  circuit.calls(3, 'success')

  expect(circuit.state).toBe('CLOSED')
  circuit.settle(hung, 'failure')
  expect(circuit.breaker.counters).toMatchObject({ late: 1 })
})

test('with every probe hung, the next goes when the first lease is over', () => {
  const circuit = new SimulatedCircuit({ probes: 1, probeLeaseMs: 5_000, ramp: false })
  circuit.tripAndWait()
  const hung = circuit.admit()
  expect(circuit.admit()).toBe(0)
  expect(circuit.breaker.retryAfterMs(circuit.nowMs)).toBe(5_000)

  circuit.pass(5_000)
  circuit.calls(3, 'success')
  circuit.settle(hung, 'failure')

  expect(circuit.state).toBe('CLOSED')
  expect(circuit.breaker.counters).toMatchObject({ expiredProbes: 1, late: 1 })
})

test('an ignored probe gives its lease back and decides nothing', () => {
  const circuit = new SimulatedCircuit({ probes: 1 })
  circuit.tripAndWait()

  circuit.calls(10, 'ignored')

  expect(circuit.state).toBe('HALF_OPEN')
  expect(circuit.admit()).toBeGreaterThan(0)
})

test('one failed probe opens it again, for twice as long', () => {
  const circuit = new SimulatedCircuit({ random: { next: () => 0 } })
  circuit.tripAndWait()

  circuit.call('failure')

  expect(circuit.state).toBe('OPEN')
  expect(circuit.breaker.retryAfterMs(circuit.nowMs)).toBe(20_000)
})

test('two breakers in a row: a refusal of the inner does not strand the outer', () => {
  const outer = new SimulatedCircuit({ probes: 1, ramp: false })
  const inner = new SimulatedCircuit()
  inner.trip()
  outer.tripAndWait()

  for (let call = 0; call < 5; call++) {
    const ticket = outer.admit()
    outer.settle(ticket, inner.admit() === 0 ? 'ignored' : 'success')
  }
  expect(outer.state).toBe('HALF_OPEN')

  outer.calls(3, 'success')
  expect(outer.state).toBe('CLOSED')
})

test('after the probes the traffic comes back by the ramp', () => {
  const circuit = new SimulatedCircuit()
  circuit.tripAndWait()
  circuit.calls(3, 'success')
  const startMs = circuit.nowMs
  const passed = [0, 0, 0, 0, 0, 0]

  for (let call = 0; call < 12_000; call++) {
    const step = Math.min(5, Math.floor((circuit.nowMs - startMs) / 2_000))
    if (circuit.call('success')) passed[step]!++
    circuit.pass(1)
  }

  expect(passed.map((count) => Math.round(count / 20))).toEqual([5, 10, 25, 50, 100, 100])
  expect(circuit.state).toBe('CLOSED')
})

test('failures during the ramp open it again', () => {
  const circuit = new SimulatedCircuit()
  circuit.tripAndWait()
  circuit.calls(3, 'success')

  circuit.calls(3, 'failure')

  expect(circuit.path).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'OPEN'])
  expect(circuit.moves.at(-1)).toMatchObject({ because: 'the ramp saw failures' })
})

test.each([50, 200, 333, 999])(
  'flapping at 1 s, with a call every %d ms, gives at most two transitions in 10 s',
  (everyMs) => {
    for (const essential of [false, true]) {
      for (const result of ['failure', 'timeout'] as const) {
        const circuit = new SimulatedCircuit({ essential })
        const at: number[] = []
        circuit.breaker.events.on(({ type }) => {
          if (type === 'circuit.changed') at.push(circuit.nowMs)
        })

        circuit.traffic(300_000, everyMs, (nowMs) =>
          Math.floor(nowMs / 1_000) % 2 === 0 ? 'success' : result,
        )

        expect(at.length).toBeGreaterThan(0)
        expect(mostWithin(10_000, at)).toBeLessThanOrEqual(2)
      }
    }
  },
)

function mostWithin(ms: number, at: readonly number[]): number {
  return Math.max(
    0,
    ...at.map((from) => at.filter((time) => time >= from && time < from + ms).length),
  )
}
