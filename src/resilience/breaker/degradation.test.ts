import { createRandom } from '../../runtime/index.ts'
import { expect, test } from 'vitest'
import { SimulatedCircuit } from './simulated-circuit.ts'

/** Calls one after the other for `ms`, at a latency around the mean. */
function serve(circuit: SimulatedCircuit, ms: number, meanMs: number): void {
  for (const endMs = circuit.nowMs + ms; circuit.nowMs < endMs;) {
    circuit.call('success', meanMs * (0.5 + random.next()))
  }
}

const random = createRandom(7)

test('timeouts seen lead to RESILIENT', () => {
  const circuit = new SimulatedCircuit()
  circuit.calls(15, 'success', 10)

  circuit.calls(2, 'timeout', 1_000)

  expect(circuit.path).toEqual(['CLOSED', 'RESILIENT'])
})

test('a single timeout, and one in a thousand, lead nowhere', () => {
  const circuit = new SimulatedCircuit()

  for (let call = 0; call < 20_000; call++) {
    circuit.call(call % 1_000 === 999 ? 'timeout' : 'success', 1)
  }

  expect(circuit.moves).toEqual([])
})

test('latency rising over a few samples leads to RESILIENT', () => {
  const circuit = new SimulatedCircuit()
  serve(circuit, 5_000, 10)

  for (const latencyMs of [40, 70, 100, 130, 160, 190]) circuit.call('success', latencyMs)

  expect(circuit.path).toEqual(['CLOSED', 'RESILIENT'])
})

test('a heavy tail is no degradation', () => {
  const circuit = new SimulatedCircuit()

  for (let call = 0; call < 20_000; call++) {
    circuit.call('success', random.next() < 0.01 ? 200 : random.exponential(10))
  }

  expect(circuit.moves).toEqual([])
})

test('a little of each adds up', () => {
  const circuit = new SimulatedCircuit({ minimumThroughput: 20 })
  for (let call = 0; call < 20; call++) circuit.call(call % 4 === 3 ? 'failure' : 'success', 10)
  expect(circuit.state).toBe('CLOSED')

  circuit.calls(2, 'timeout', 10)

  expect(circuit.state).toBe('RESILIENT')
})

test('extreme latency that persists leads to ULTRA_RESILIENT, one step at a time', () => {
  const circuit = new SimulatedCircuit()
  serve(circuit, 5_000, 10)

  serve(circuit, 30_000, 100)

  expect(circuit.path).toEqual(['CLOSED', 'RESILIENT', 'ULTRA_RESILIENT'])
})

test('when latency is back, so is CLOSED, by the way it came', () => {
  const circuit = new SimulatedCircuit()
  serve(circuit, 5_000, 10)
  serve(circuit, 30_000, 100)

  serve(circuit, 30_000, 10)

  expect(circuit.path).toEqual(['CLOSED', 'RESILIENT', 'ULTRA_RESILIENT', 'RESILIENT', 'CLOSED'])
})

test('sudden failure opens it from any grade', () => {
  const circuit = new SimulatedCircuit()
  serve(circuit, 5_000, 10)
  serve(circuit, 5_000, 100)
  expect(circuit.state).toBe('RESILIENT')

  circuit.calls(10, 'failure')

  expect(circuit.state).toBe('OPEN')
})

test('a call admitted in CLOSED still counts in RESILIENT: they are one epoch', () => {
  const circuit = new SimulatedCircuit()
  const earlier = circuit.admit()
  circuit.calls(15, 'success', 10)
  circuit.calls(2, 'timeout', 1_000)

  circuit.settle(earlier, 'success')

  expect(circuit.breaker.counters).toMatchObject({ settled: 18, late: 0 })
})

test('microseconds more are no degradation, whatever their ratio', () => {
  const circuit = new SimulatedCircuit()
  serve(circuit, 500, 0.1)

  serve(circuit, 500, 2)

  expect(circuit.moves).toEqual([])
})
