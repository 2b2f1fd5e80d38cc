/**
 * The health of the system, 0 to 100, as a pure function of what is measured: 100 less what each
 * source takes off, by the table below. A source takes nothing off up to its `from`, all its
 * points from its `to` on, and in proportion between; what is not measured takes nothing off.
 *
 * Where a source speaks of several things (circuits, dependencies, suspects) it takes off by the
 * share of them that is bad, an essential one counting three times, but a bad essential one never
 * less than half of the points: among a hundred healthy ones it must not drown.
 */
export function healthScore(inputs: HealthInputs): Health {
  const losses = sources.map((source) => lossOf(source, inputs)).filter(({ points }) => points > 0)
  losses.sort((one, other) => other.points - one.points)
  const lost = losses.reduce((sum, { points }) => sum + points, 0)
  return { score: Math.max(0, 100 - lost), losses }
}

/** `from` and `to` in the unit of the source; of several things it is their badness, 0 to 1. */
export const healthTable = {
  circuits: { points: 45, from: 0, to: 1 },
  errors: { points: 30, from: 0.01, to: 0.5 },
  queue: { points: 45, from: 0.1, to: 1 },
  loop: { points: 25, from: 20, to: 500 },
  memory: { points: 45, from: 0.75, to: 0.98 },
  flush: { points: 25, from: 50, to: 1_000 },
  dependencies: { points: 45, from: 0, to: 1 },
  suspicion: { points: 45, from: 0, to: 1 },
  unmeasured: { points: 10, from: 0, to: 1 },
} as const satisfies Readonly<Record<string, HealthRow>>

export type HealthSource = keyof typeof healthTable

interface HealthRow {
  readonly points: number
  readonly from: number
  readonly to: number
}

/** How bad the states of a circuit are, 0 to 1. */
export const circuitBadness: Readonly<Record<CircuitState, number>> = {
  CLOSED: 0,
  RESILIENT: 0.2,
  ULTRA_RESILIENT: 0.5,
  HALF_OPEN: 0.6,
  OPEN: 1,
  ETERNAL: 1,
}

/** φ at which a silent one begins to count, and at which it counts as gone. */
export const SUSPICION = { from: 2, to: 8 } as const

const ESSENTIAL_WEIGHT = 3
const ESSENTIAL_SHARE_MIN = 0.5

type CircuitState = 'CLOSED' | 'RESILIENT' | 'ULTRA_RESILIENT' | 'OPEN' | 'HALF_OPEN' | 'ETERNAL'

/** Null and empty: not measured. */
export interface HealthInputs {
  readonly circuits: readonly (Watched & { readonly state: CircuitState })[]
  /** Failed of handled, 0 to 1. */
  readonly errorRate: number | null
  /** Age of the oldest waiting event against the age it may reach. */
  readonly queueAgeRatio: number | null
  readonly loopLagMs: number | null
  /** Used of what may be used, 0 to 1. */
  readonly memoryRatio: number | null
  readonly flushMs: number | null
  /** `available` is 0 to 1. */
  readonly dependencies: readonly (Watched & { readonly available: number })[]
  readonly suspects: readonly (Watched & { readonly phi: number })[]
  /** What could not be measured, because measuring threw. */
  readonly unmeasured: readonly string[]
}

interface Watched {
  readonly name: string
  readonly essential: boolean
}

export interface Health {
  readonly score: number
  /** What takes points off, the most first. */
  readonly losses: readonly HealthLoss[]
}

export interface HealthLoss {
  readonly source: HealthSource
  readonly points: number
  /** One clause: "memory is 91 % used". */
  readonly reason: string
}

interface Reading {
  readonly value: number
  readonly reason: string
}

const sources: readonly [HealthSource, (inputs: HealthInputs) => Reading | null][] = [
  [
    'circuits',
    ({ circuits }) => {
      const bad = circuits.map((each) => ({ ...each, badness: circuitBadness[each.state] }))
      return worstOf(bad, ({ name, state }) => `the circuit of ${name} is ${state}`)
    },
  ],
  [
    'errors',
    ({ errorRate }) => reading(errorRate, (rate) => `${percent(rate)} of all events fail`),
  ],
  [
    'queue',
    ({ queueAgeRatio }) =>
      reading(
        queueAgeRatio,
        (ratio) => `the oldest event waits for ${percent(ratio)} of its bound`,
      ),
  ],
  ['loop', ({ loopLagMs }) => reading(loopLagMs, (ms) => `the loop lags by ${Math.floor(ms)} ms`)],
  [
    'memory',
    ({ memoryRatio }) => reading(memoryRatio, (ratio) => `memory is ${percent(ratio)} used`),
  ],
  ['flush', ({ flushMs }) => reading(flushMs, (ms) => `a flush takes ${Math.floor(ms)} ms`)],
  [
    'dependencies',
    ({ dependencies }) => {
      const bad = dependencies.map((each) => ({ ...each, badness: 1 - each.available }))
      return worstOf(bad, ({ name, available }) => `${name} answers ${percent(available)} of calls`)
    },
  ],
  [
    'suspicion',
    ({ suspects }) => {
      const bad = suspects.map((each) => ({ ...each, badness: ramp(each.phi, SUSPICION) }))
      return worstOf(bad, ({ name, phi }) => `${name} is silent (phi ${phi.toFixed(1)})`)
    },
  ],
  [
    'unmeasured',
    ({ unmeasured }) =>
      unmeasured.length === 0
        ? null
        : { value: 1, reason: `${unmeasured.join(' and ')} could not be measured` },
  ],
]

function lossOf([source, read]: (typeof sources)[number], inputs: HealthInputs): HealthLoss {
  const found = read(inputs)
  if (found === null) return { source, points: 0, reason: '' }
  const row = healthTable[source]
  if (!(found.value >= 0)) {
    return { source, points: healthTable.unmeasured.points, reason: `${source} is no number` }
  }
  return { source, points: row.points * ramp(found.value, row), reason: found.reason }
}

function reading(value: number | null, say: (value: number) => string): Reading | null {
  return value === null ? null : { value, reason: say(value) }
}

function worstOf<Each extends Watched & { readonly badness: number }>(
  all: readonly Each[],
  say: (worst: Each) => string,
): Reading | null {
  const [first] = all
  if (first === undefined) return null
  let worst = first
  let [weights, bad, least] = [0, 0, 0]
  for (const each of all) {
    const weight = each.essential ? ESSENTIAL_WEIGHT : 1
    weights += weight
    bad += weight * each.badness
    if (each.essential) least = Math.max(least, ESSENTIAL_SHARE_MIN * each.badness)
    const weighs = weight * each.badness
    if (weighs > (worst.essential ? ESSENTIAL_WEIGHT : 1) * worst.badness) worst = each
  }
  return { value: Math.max(bad / weights, least), reason: say(worst) }
}

function ramp(value: number, { from, to }: { readonly from: number; readonly to: number }): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)))
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
