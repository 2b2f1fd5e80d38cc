import { expect, test } from 'vitest'
import { circuitBreaker } from './circuit-breaker.ts'
import type { CircuitSnapshot } from './circuit-snapshot.ts'
import { SimulatedCircuit } from './simulated-circuit.ts'

const zero = { next: () => 0 } as never

/** In a process whose monotonic clock starts at 0 again. */
function restarted(snapshot: CircuitSnapshot, lainMs: number, options = {}): SimulatedCircuit {
  const kept = JSON.parse(JSON.stringify(snapshot)) as CircuitSnapshot
  const circuit = new SimulatedCircuit({ random: zero, ...options })
  circuit.clock.stepWallClock(kept.exportedAt + lainMs)
  circuit.breaker.import(kept)
  return circuit
}

test('an open circuit survives a restart, with what is left of its break', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.pass(50_000)
  before.trip()
  before.pass(3_000)

  const after = restarted(before.breaker.export(), 2_000)

  expect(after.state).toBe('OPEN')
  expect(after.breaker.retryAfterMs(after.nowMs)).toBe(5_000)
})

test('an open circuit that lay longer than its break probes at once', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.trip()

  const after = restarted(before.breaker.export(), 3_600_000)

  expect(after.call('success')).toBe(true)
  expect(after.state).toBe('HALF_OPEN')
})

test('a wall clock set back an hour between two processes makes no circuit younger', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.clock.stepWallClock(7_200_000)
  before.trip()
  before.pass(3_000)

  const after = restarted(before.breaker.export(), -3_600_000)

  expect(after.breaker.export()).toMatchObject({ state: 'OPEN', ageMs: 3_000 })
  expect(after.breaker.retryAfterMs(after.nowMs)).toBe(7_000)
})

test('a circuit used alone dates its export by the clock of the process', () => {
  const breaker = circuitBreaker()

  const exported = JSON.parse(JSON.stringify(breaker.export())) as CircuitSnapshot

  expect(exported).toMatchObject({ ageMs: expect.any(Number), exportedAt: expect.any(Number) })
})

test('the spell of trouble goes on: the next break is longer', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.trip()
  const after = restarted(before.breaker.export(), 10_000)

  after.call('failure')

  expect(after.breaker.retryAfterMs(after.nowMs)).toBe(20_000)
})

test('a half-open circuit starts its probes over', () => {
  const before = new SimulatedCircuit({ random: zero })
  before.tripAndWait()
  before.calls(2, 'success')

  const after = restarted(before.breaker.export(), 0)

  expect(after.breaker.export()).toMatchObject({ state: 'HALF_OPEN', ageMs: 0 })
  expect(after.call('failure')).toBe(true)
  expect(after.state).toBe('OPEN')
})

test('calls out when a snapshot comes in are late', () => {
  const circuit = new SimulatedCircuit()
  const ticket = circuit.admit()

  circuit.breaker.import(circuit.breaker.export())
  circuit.settle(ticket, 'failure')

  expect(circuit.breaker.counters.late).toBe(1)
})

test('a circuit that became essential does not refuse, one that is so no longer probes', () => {
  const ordinary = new SimulatedCircuit()
  ordinary.trip()
  const essential = new SimulatedCircuit({ essential: true })
  essential.trip()

  const became = restarted(ordinary.breaker.export(), 0, { essential: true })
  const was = restarted(essential.breaker.export(), 0)

  expect([became.state, was.state]).toEqual(['ETERNAL', 'HALF_OPEN'])
})

test.each<[string, object]>([
  ["A circuit's version is 1, not 2.", { version: 2 }],
  ["A circuit's state is one of CLOSED", { state: 'AJAR' }],
  ["A circuit's ageMs is 0 to 1000000000000, not -1.", { ageMs: -1 }],
  ["A circuit's exportedAt is UTC milliseconds, not undefined.", { exportedAt: undefined }],
  ["A circuit's trips is a whole number, 0 or more, not 'x'.", { trips: 'x' }],
  ["A circuit's breakMs is 0 to 31536000000, not undefined.", { state: 'OPEN' }],
])('a damaged snapshot is refused: %s', (message, damage) => {
  const circuit = new SimulatedCircuit()
  const snapshot = { ...circuit.breaker.export(), ...damage } as CircuitSnapshot

  expect(() => circuit.breaker.import(snapshot)).toThrow(message)
  expect(circuit.state).toBe('CLOSED')
})
