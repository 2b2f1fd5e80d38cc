import { unreachable } from '../../runtime/index.ts'
import type { CircuitState } from '../circuit.ts'
import { type Recovery, recovered, recovering, relapsed, startOver } from './recovery.ts'
import type { Rules } from './rules.ts'

/**
 * The circuit as a value, and the one pure function that leads from one to the next.
 *
 * ```text
 *   CLOSED <-> RESILIENT <-> ULTRA_RESILIENT     by degrees, one step at a time, after a dwell
 *   each of these -> OPEN                        at once, when calls fail (essential: ETERNAL)
 *   OPEN -> HALF_OPEN                            when the break is over and somebody asks
 *   HALF_OPEN -> CLOSED | OPEN                   probes, then a ramp; one relapse opens it again
 *   ETERNAL -> CLOSED                            the same probes and ramp, but never a refusal
 * ```
 *
 * What holds: only a trip is immediate. Every other move waits (dwell, break, ramp) at least ten
 * seconds by default, so that no ten seconds see more than two moves, however the dependency
 * flaps. A state has the fields it needs and no others; nothing here reads a clock or chance.
 */
export type BreakerState = Serving | Open | Recovering

export type Serving =
  | ({ readonly state: 'CLOSED' } & Served)
  | ({ readonly state: 'RESILIENT' } & Served)
  | ({ readonly state: 'ULTRA_RESILIENT' } & Served)

interface Served extends Since {
  /** Of the last return to CLOSED: trips long ago are forgotten. */
  readonly servingSinceMs: number
}

export interface Open extends Since {
  readonly state: 'OPEN'
  readonly untilMs: number
}

export interface Recovering extends Since {
  readonly state: 'HALF_OPEN' | 'ETERNAL'
  readonly recovery: Recovery
}

interface Since {
  readonly sinceMs: number
  /** In this spell of trouble: the break grows with them. */
  readonly trips: number
}

/**
 * How the dependency looks from a serving state. `fair` is neither ill nor well: it changes
 * nothing, so that a score near a threshold does not flap.
 */
export type Health = 'well' | 'fair' | 'degraded' | 'extreme' | 'failing'

/** `asked`: a call asks to be admitted. `succeeded`, `failed`: a probe, or a call of the ramp. */
export type Input = Health | 'asked' | 'succeeded' | 'failed'

/** `chance`, in [0, 1), lengthens a break, so that many circuits do not probe together. */
export function next(
  state: BreakerState,
  input: Input,
  nowMs: number,
  rules: Rules,
  chance = 0,
): BreakerState {
  switch (state.state) {
    case 'CLOSED':
    case 'RESILIENT':
    case 'ULTRA_RESILIENT':
      return whileServing(state, input, nowMs, rules, chance)
    case 'OPEN':
      if (input !== 'asked' || nowMs < state.untilMs) return state
      return { state: 'HALF_OPEN', sinceMs: nowMs, trips: state.trips, recovery: startOver(nowMs) }
    case 'HALF_OPEN':
    case 'ETERNAL':
      return whileRecovering(state, input, nowMs, rules, chance)
    default:
      return unreachable(state)
  }
}

/** One value for all circuits that never moved. */
export const initial: Serving = Object.freeze({
  state: 'CLOSED',
  sinceMs: -Infinity,
  servingSinceMs: -Infinity,
  trips: 0,
})

/** What `next` may do, for whoever wants to know (and for the test that it does no more). */
export const edges: Readonly<Record<CircuitState, readonly CircuitState[]>> = {
  CLOSED: ['RESILIENT', 'OPEN', 'ETERNAL'],
  RESILIENT: ['CLOSED', 'ULTRA_RESILIENT', 'OPEN', 'ETERNAL'],
  ULTRA_RESILIENT: ['RESILIENT', 'OPEN', 'ETERNAL'],
  OPEN: ['HALF_OPEN'],
  HALF_OPEN: ['CLOSED', 'OPEN'],
  ETERNAL: ['CLOSED'],
}

export function isServing(state: CircuitState): boolean {
  return state === 'CLOSED' || state === 'RESILIENT' || state === 'ULTRA_RESILIENT'
}

function whileServing(
  state: Serving,
  input: Input,
  nowMs: number,
  rules: Rules,
  chance: number,
): BreakerState {
  if (input === 'failing') {
    const isForgiven = nowMs - state.servingSinceMs > rules.forgiveMs
    return trip(isForgiven ? 1 : state.trips + 1, nowMs, rules, chance)
  }
  if (nowMs - state.sinceMs < rules.dwellMs) return state
  const to = graded[state.state][input]
  return to === undefined ? state : { ...state, state: to, sinceMs: nowMs }
}

/** One step at a time, up and down. */
const graded: Readonly<
  Record<Serving['state'], Partial<Readonly<Record<Input, Serving['state']>>>>
> = {
  CLOSED: { degraded: 'RESILIENT', extreme: 'RESILIENT' },
  RESILIENT: { well: 'CLOSED', extreme: 'ULTRA_RESILIENT' },
  ULTRA_RESILIENT: { well: 'RESILIENT', fair: 'RESILIENT', degraded: 'RESILIENT' },
}

function whileRecovering(
  state: Recovering,
  input: Input,
  nowMs: number,
  rules: Rules,
  chance: number,
): BreakerState {
  if (input !== 'succeeded' && input !== 'failed') return state
  const recovery = recovering(state.recovery, input, nowMs, rules)
  if (recovery === recovered) {
    return { state: 'CLOSED', sinceMs: nowMs, servingSinceMs: nowMs, trips: state.trips }
  }
  if (recovery !== relapsed) return { ...state, recovery }
  if (state.state === 'ETERNAL') return { ...state, recovery: startOver(nowMs) }
  return trip(state.trips + 1, nowMs, rules, chance)
}

function trip(trips: number, nowMs: number, rules: Rules, chance: number): BreakerState {
  if (rules.essential) {
    return { state: 'ETERNAL', sinceMs: nowMs, trips, recovery: startOver(nowMs) }
  }
  const breakMs = rules.breakMs(trips) * (1 + breakJitter * chance)
  return { state: 'OPEN', sinceMs: nowMs, trips, untilMs: nowMs + breakMs }
}

const breakJitter = 0.1
