import { GenesisError } from '../../runtime/index.ts'
import type { CircuitState } from '../circuit.ts'
import { type BreakerState, edges } from './next.ts'
import { startOver } from './recovery.ts'

/**
 * A circuit's state as JSON, with its age and not with a time of day: monotonic clocks begin anew
 * with each process. Whoever keeps one adds to `ageMs` the time it lay.
 */
export interface CircuitSnapshot {
  readonly version: 1
  readonly state: CircuitState
  readonly ageMs: number
  readonly trips: number
  /** Of OPEN: how long the whole break is. */
  readonly breakMs?: number
}

export function snapshotOf(state: BreakerState, nowMs: number): CircuitSnapshot {
  const common = {
    version: 1,
    state: state.state,
    ageMs: Math.min(nowMs - state.sinceMs, ageMsMax),
    trips: state.trips,
  } as const
  return state.state === 'OPEN' ? { ...common, breakMs: state.untilMs - state.sinceMs } : common
}

/**
 * Recovery starts over: what the probes of another process were told is history. A circuit that has
 * become essential since, or is so no longer, gets the state that stands for the same trouble.
 */
export function stateOf(
  snapshot: CircuitSnapshot,
  nowMs: number,
  essential: boolean,
): BreakerState {
  check(snapshot)
  const { state, trips, ageMs } = snapshot
  const sinceMs = nowMs - ageMs
  if (state === 'OPEN' && !essential) {
    return { state, sinceMs, trips, untilMs: sinceMs + (snapshot.breakMs ?? 0) }
  }
  if (state === 'OPEN' || state === 'HALF_OPEN' || state === 'ETERNAL') {
    const recovers = essential ? 'ETERNAL' : 'HALF_OPEN'
    return { state: recovers, sinceMs, trips, recovery: startOver(nowMs) }
  }
  return { state, sinceMs, trips, servingSinceMs: sinceMs }
}

/** A circuit that never moved is infinitely old, which JSON cannot say. */
const ageMsMax = 1e12

function check(snapshot: CircuitSnapshot): void {
  const { version, state, ageMs, trips, breakMs } = snapshot
  if (version !== 1) bad('version', version, '1')
  if (!Object.hasOwn(edges, state)) bad('state', state, `one of ${Object.keys(edges).join(', ')}`)
  if (!(ageMs >= 0 && ageMs < Infinity)) bad('ageMs', ageMs, '0 or more')
  if (!(Number.isInteger(trips) && trips >= 0)) bad('trips', trips, 'a whole number, 0 or more')
  const hasBreak = state !== 'OPEN' || (breakMs !== undefined && breakMs >= 0 && breakMs < Infinity)
  if (!hasBreak) bad('breakMs', breakMs, '0 or more')
}

function bad(field: string, value: unknown, allowed: string): never {
  throw new GenesisError('bad-input', `A circuit's ${field} is ${allowed}, not ${String(value)}.`)
}
