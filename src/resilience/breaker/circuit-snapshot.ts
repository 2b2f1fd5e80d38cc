import { type Clock, GenesisError } from '../../runtime/index.ts'
import type { CircuitState } from '../circuit.ts'
import { shown } from '../shown.ts'
import { type BreakerState, edges } from './next.ts'
import { startOver } from './recovery.ts'

/**
 * A circuit's state as JSON. Monotonic clocks begin anew with each process, so it says how old the
 * state was, and by the wall when that was so: what it lay between two processes it has aged too.
 * A wall clock that was set back meanwhile makes it lie no time, never less than none.
 */
export interface CircuitSnapshot {
  readonly version: 1
  readonly state: CircuitState
  readonly ageMs: number
  /** UTC milliseconds since 1970 when it was exported. */
  readonly exportedAt: number
  readonly trips: number
  /** Of OPEN: how long the whole break is. */
  readonly breakMs?: number
}

/** What time it is, by the wall and by the clock that never goes back. */
export type TwoClocks = Pick<Clock, 'now' | 'monotonicMs'>

export function snapshotOf(state: BreakerState, clock: TwoClocks): CircuitSnapshot {
  const common = {
    version: 1,
    state: state.state,
    ageMs: Math.min(clock.monotonicMs() - state.sinceMs, ageMsMax),
    exportedAt: clock.now(),
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
  clock: TwoClocks,
  essential: boolean,
): BreakerState {
  checkSnapshot(snapshot)
  const { state, trips, ageMs, exportedAt } = snapshot
  const nowMs = clock.monotonicMs()
  const lainMs = Math.max(0, clock.now() - exportedAt)
  const sinceMs = nowMs - ageMs - lainMs
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

/** Throws `bad-input`, and says which field is damaged: it comes from a file or another process. */
export function checkSnapshot(snapshot: unknown): asserts snapshot is CircuitSnapshot {
  if (typeof snapshot !== 'object' || snapshot === null || Array.isArray(snapshot)) {
    throw new GenesisError('bad-input', `A circuit is an object, not ${shown(snapshot)}.`)
  }
  const { version, state, ageMs, exportedAt, trips, breakMs } = snapshot as Partial<CircuitSnapshot>
  if (version !== 1) bad('version', version, '1')
  const isState = typeof state === 'string' && Object.hasOwn(edges, state)
  if (!isState) bad('state', state, `one of ${Object.keys(edges).join(', ')}`)
  if (!isWithin(ageMs, ageMsMax)) bad('ageMs', ageMs, `0 to ${ageMsMax}`)
  if (!Number.isFinite(exportedAt)) bad('exportedAt', exportedAt, 'UTC milliseconds')
  const isCount = Number.isSafeInteger(trips) && Number(trips) >= 0
  if (!isCount) bad('trips', trips, 'a whole number, 0 or more')
  const hasBreak = state !== 'OPEN' || isWithin(breakMs, breakMsMost)
  if (!hasBreak) bad('breakMs', breakMs, `0 to ${breakMsMost}`)
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most
}

/** A year: nobody meant to shut a circuit for longer. */
const breakMsMost = 31_536_000_000

function bad(field: string, value: unknown, allowed: string): never {
  throw new GenesisError('bad-input', `A circuit's ${field} is ${allowed}, not ${shown(value)}.`)
}
