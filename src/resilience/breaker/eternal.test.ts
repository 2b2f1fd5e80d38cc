import { expect, test } from 'vitest'
import { SimulatedCircuit } from './simulated-circuit.ts'

/** A caller every `everyMs` that tries the live side only when it may; how often it did. */
function live(
  circuit: SimulatedCircuit,
  ms: number,
  everyMs: number,
  result: 'success' | 'failure',
) {
  const tries: number[] = []
  for (const endMs = circuit.nowMs + ms; circuit.nowMs < endMs; circuit.pass(everyMs)) {
    if (!circuit.breaker.mayTryLive(circuit.nowMs)) continue
    tries.push(circuit.nowMs)
    circuit.call(result)
  }
  return tries
}

test('an essential circuit never refuses', () => {
  const circuit = new SimulatedCircuit({ essential: true })
  circuit.trip()

  const tickets = Array.from({ length: 1_000 }, () => circuit.admit())

  expect(circuit.state).toBe('ETERNAL')
  expect(tickets.every((ticket) => ticket > 0)).toBe(true)
  expect(circuit.breaker.counters.refused).toBe(0)
})

test('ETERNAL keeps probing for an hour, about once a second and never at a fixed beat', () => {
  const circuit = new SimulatedCircuit({ essential: true })
  circuit.trip()

  const tries = live(circuit, 3_600_000, 10, 'failure')

  const gaps = tries.slice(1).map((at, index) => at - tries[index]!)
  expect(tries.length).toBeGreaterThan(3_400)
  expect(tries.length).toBeLessThan(3_800)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(800)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1_210)
  expect(new Set(gaps).size).toBeGreaterThan(20)
  expect(circuit.path).toEqual(['CLOSED', 'ETERNAL'])
})

test('ETERNAL leaves by itself: probes, then the ramp, then CLOSED', () => {
  const circuit = new SimulatedCircuit({ essential: true })
  circuit.trip()
  live(circuit, 60_000, 10, 'failure')

  const tries = live(circuit, 20_000, 10, 'success')

  expect(tries[0]! - 60_000).toBeLessThanOrEqual(1_210)
  expect(circuit.path).toEqual(['CLOSED', 'ETERNAL', 'CLOSED'])
})

test('a failed probe or a bad ramp starts the way back over', () => {
  const circuit = new SimulatedCircuit({ essential: true })
  circuit.trip()
  live(circuit, 6_000, 10, 'success')

  const atOnce = live(circuit, 100, 10, 'failure')
  const after = live(circuit, 10_000, 10, 'failure')

  expect(atOnce.length).toBeGreaterThanOrEqual(1)
  expect(after.length).toBeLessThanOrEqual(16)
  expect(circuit.path).toEqual(['CLOSED', 'ETERNAL'])
})

test('a call that was no probe decides nothing', () => {
  const circuit = new SimulatedCircuit({ essential: true, ramp: false })
  circuit.trip()

  circuit.calls(100, 'success')

  expect(circuit.state).toBe('ETERNAL')
  expect(circuit.breaker.counters).toMatchObject({ settled: 110, late: 0 })
})

test('a hung probe does not keep the next from going', () => {
  const circuit = new SimulatedCircuit({ essential: true, probes: 1, ramp: false })
  circuit.trip()
  circuit.pass(1_200)
  circuit.admit()

  const tries = live(circuit, 20_000, 10, 'success')

  expect(tries[0]! - 1_200).toBe(5_000)
  expect(circuit.state).toBe('CLOSED')
})

test('a promise to try the live side that nobody takes up is kept for the next, and only once', () => {
  const circuit = new SimulatedCircuit({ essential: true })
  circuit.trip()
  for (let probe = 0; probe < 3; probe++) {
    circuit.pass(1_200)
    circuit.call('success')
  }
  while (circuit.breaker.mayTryLive(circuit.nowMs)) circuit.admit()

  for (let call = 0; call < 25; call++) circuit.breaker.mayTryLive(circuit.nowMs)
  expect(circuit.breaker.mayTryLive(circuit.nowMs)).toBe(true)
  circuit.admit()

  expect(circuit.breaker.mayTryLive(circuit.nowMs)).toBe(false)
})

test('outside ETERNAL every call may try the live side', () => {
  const circuit = new SimulatedCircuit()

  expect(circuit.breaker.mayTryLive(0)).toBe(true)
})

test('when one probe fails, those still out decide nothing any more', () => {
  const options = { essential: true, probes: 2, probeSuccesses: 1, ramp: false } as const
  const circuit = new SimulatedCircuit(options)
  circuit.trip()
  circuit.pass(1_200)
  const failing = circuit.admit()
  circuit.pass(1_200)
  const late = circuit.admit()

  circuit.settle(failing, 'failure')
  circuit.settle(late, 'success')

  expect(circuit.state).toBe('ETERNAL')
  expect(circuit.breaker.counters.late).toBe(1)
})

test('a promise made on the ramp is void when the way back starts over', () => {
  const circuit = new SimulatedCircuit({ essential: true, probeSuccesses: 1, ramp: [100] })
  circuit.trip()
  circuit.pass(1_200)
  circuit.call('success')
  const onRamp = [circuit.admit(), circuit.admit(), circuit.admit()]
  const promised = circuit.breaker.mayTryLive(circuit.nowMs)

  for (const ticket of onRamp) circuit.settle(ticket, 'failure')

  expect([promised, circuit.breaker.mayTryLive(circuit.nowMs)]).toEqual([true, false])
})
