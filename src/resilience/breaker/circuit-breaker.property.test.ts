import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CircuitResult } from '../circuit.ts'
import { edges, isServing } from './next.ts'
import { SimulatedCircuit } from './simulated-circuit.ts'

/** What anybody may do with a circuit, in any order. */
const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ do: 'admit' } as const) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('settle' as const),
        which: fc.nat(30),
        result: fc.constantFrom<CircuitResult>('success', 'failure', 'timeout', 'ignored'),
        latencyMs: fc.oneof(fc.nat(20), fc.nat(5_000)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), calls: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('serve' as const), ms: fc.nat(15_000) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.oneof(fc.nat(100), fc.nat(30_000)),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'ask' } as const) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('lane' as const), calls: fc.nat(200) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('leave' as const),
        which: fc.nat(300),
        result: fc.constantFrom<CircuitResult>('success', 'failure', 'timeout', 'ignored'),
        latencyMs: fc.nat(5_000),
      }),
    },
  ),
  { minLength: 1, maxLength: 120 },
)

type Deed = typeof deeds extends fc.Arbitrary<(infer D)[]> ? D : never

const options = fc.record({
  essential: fc.boolean(),
  shadow: fc.boolean(),
  probes: fc.integer({ min: 1, max: 3 }),
  window: fc.constantFrom({ ms: 5_000 }, { calls: 20 }),
  ramp: fc.constantFrom(undefined, false as const),
  dwellMs: fc.constantFrom(0, 10_000),
})

/** Of calls through the layers, and of those on the lane that have not left it. */
class Out {
  readonly tickets: number[] = []
  readonly onLane: number[] = []
}

/** Tickets taken before are settled again now and then, and long after. */
function perform(circuit: SimulatedCircuit, { tickets, onLane }: Out, deed: Deed): void {
  const { breaker } = circuit
  switch (deed.do) {
    case 'lane': {
      if (!isServing(breaker.state)) return
      for (let call = 0; call < deed.calls; call++) onLane.push(breaker.admitOnce())
      break
    }
    case 'leave': {
      const [ticket] = onLane.splice(deed.which % Math.max(1, onLane.length), 1)
      if (ticket === undefined) return
      breaker.settleOnce(ticket, deed.result, deed.latencyMs, circuit.nowMs)
      break
    }
    case 'admit': {
      tickets.push(circuit.admit())
      break
    }
    case 'settle': {
      const ticket = tickets[deed.which % Math.max(1, tickets.length)]
      if (ticket !== undefined) circuit.settle(ticket, deed.result, deed.latencyMs)
      break
    }
    case 'fail': {
      circuit.calls(deed.calls, 'failure')
      break
    }
    case 'serve': {
      circuit.traffic(deed.ms, 250, () => 'success')
      break
    }
    case 'pass': {
      circuit.pass(deed.ms)
      break
    }
    default:
      breaker.mayTryLive(circuit.nowMs)
  }
}

test('whatever is done, no edge is outside the table', () => {
  fc.assert(
    fc.property(options, deeds, ({ ramp, ...rules }, done) => {
      const circuit = new SimulatedCircuit(ramp === undefined ? rules : { ...rules, ramp })
      const made = new Out()

      for (const deed of done) perform(circuit, made, deed)

      for (const { from, to } of circuit.moves) expect(edges[from]).toContain(to)
      expect(circuit.breaker.counters.transitions).toBe(circuit.moves.length)
    }),
    { numRuns: 500 },
  )
})

test('admitted = settled + late + out, and whoever asked was admitted or refused', () => {
  fc.assert(
    fc.property(options, deeds, ({ ramp, ...rules }, done) => {
      const circuit = new SimulatedCircuit(ramp === undefined ? rules : { ...rules, ramp })
      const admit = circuit.breaker.admit.bind(circuit.breaker)
      const settle = circuit.breaker.settle.bind(circuit.breaker)
      const out = new Set<number>()
      let asked = 0
      let admittedOnce = 0
      const admitOnce = circuit.breaker.admitOnce.bind(circuit.breaker)
      circuit.breaker.admitOnce = () => {
        admittedOnce++
        return admitOnce()
      }
      circuit.breaker.admit = (nowMs) => {
        asked++
        const ticket = admit(nowMs)
        if (ticket > 0) out.add(ticket)
        return ticket
      }
      circuit.breaker.settle = (ticket, ...told) => {
        out.delete(ticket)
        settle(ticket, ...told)
      }
      const made = new Out()

      for (const deed of done) perform(circuit, made, deed)

      const { admitted, settled, late, refused } = circuit.breaker.counters
      expect(admitted).toBe(settled + late + out.size + made.onLane.length)
      expect(asked + admittedOnce).toBe(admitted + refused)
      if (rules.essential || rules.shadow) expect(refused).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('with the default dwell, break and ramp no ten seconds see more than two transitions', () => {
  fc.assert(
    fc.property(fc.boolean(), deeds, (essential, done) => {
      const circuit = new SimulatedCircuit({ essential })
      const at: number[] = []
      circuit.breaker.events.on(({ type }) => {
        if (type === 'circuit.changed') at.push(circuit.nowMs)
      })
      const made = new Out()

      for (const deed of done) perform(circuit, made, deed)

      for (let third = 2; third < at.length; third++) {
        expect(at[third]! - at[third - 2]!).toBeGreaterThanOrEqual(10_000)
      }
    }),
    { numRuns: 500 },
  )
})
