import { expect, test } from 'vitest'
import type { CircuitSnapshot } from './circuit-snapshot.ts'
import { SimulatedCircuit } from './simulated-circuit.ts'

const zero = { next: () => 0 } as never

function restarted(snapshot: CircuitSnapshot, lainMs: number, options = {}): SimulatedCircuit {
  const kept = JSON.parse(JSON.stringify(snapshot)) as CircuitSnapshot
  const circuit = new SimulatedCircuit({ random: zero, ...options })
  circuit.breaker.import({ ...kept, ageMs: kept.ageMs + lainMs }, circuit.nowMs)
  return circuit
}

test('an open circuit survives a restart, with what is left of its break', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.pass(50_000)
  before.trip()
  before.pass(3_000)

  const after = restarted(before.breaker.export(before.nowMs), 2_000)

  expect(after.state).toBe('OPEN')
  expect(after.breaker.retryAfterMs(after.nowMs)).toBe(5_000)
})

test('an open circuit that lay longer than its break probes at once', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.trip()

  const after = restarted(before.breaker.export(before.nowMs), 3_600_000)

  expect(after.call('success')).toBe(true)
  expect(after.state).toBe('HALF_OPEN')
})

test('the spell of trouble goes on: the next break is longer', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.trip()
  const after = restarted(before.breaker.export(before.nowMs), 10_000)

  after.call('failure')

  expect(after.breaker.retryAfterMs(after.nowMs)).toBe(20_000)
})

test('a half-open circuit starts its probes over', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.tripAndWait()
  before.calls(2, 'success')

  const after = restarted(before.breaker.export(before.nowMs), 0)

  expect(after.breaker.export(after.nowMs)).toMatchObject({ state: 'HALF_OPEN', ageMs: 0 })
  expect(after.call('failure')).toBe(true)
  expect(after.state).toBe('OPEN')
})

test('calls out when a snapshot comes in are late', () => {
  const circuit = new SimulatedCircuit()
  const ticket = circuit.admit()

  circuit.breaker.import(circuit.breaker.export(circuit.nowMs), circuit.nowMs)
  circuit.settle(ticket, 'failure')

  expect(circuit.breaker.counters.late).toBe(1)
})

test('a circuit that became essential does not refuse, one that is so no longer probes', () => {
  const ordinary = new SimulatedCircuit()
  ordinary.trip()
  const essential = new SimulatedCircuit({ essential: true })
  essential.trip()

  const became = restarted(ordinary.breaker.export(ordinary.nowMs), 0, { essential: true })
  const was = restarted(essential.breaker.export(essential.nowMs), 0)

  expect([became.state, was.state]).toEqual(['ETERNAL', 'HALF_OPEN'])
})

test.each<[string, object]>([
  ["A circuit's version is 1, not 2.", { version: 2 }],
  ["A circuit's state is one of CLOSED", { state: 'AJAR' }],
  ["A circuit's ageMs is 0 or more, not -1.", { ageMs: -1 }],
  ["A circuit's trips is a whole number, 0 or more, not x.", { trips: 'x' }],
  ["A circuit's breakMs is 0 or more, not undefined.", { state: 'OPEN' }],
])('a damaged snapshot is refused: %s', (message, damage) => {
  const circuit = new SimulatedCircuit()
  const snapshot = { ...circuit.breaker.export(0), ...damage } as CircuitSnapshot

  expect(() => circuit.breaker.import(snapshot, 0)).toThrow(message)
  expect(circuit.state).toBe('CLOSED')
})
