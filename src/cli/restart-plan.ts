import type { ProcessEnd } from '../runtime/index.ts'

/**
 * What to do when the process ended: start it again, when, or not at all.
 *
 * - It ended as it should (0), or refused its settings or command line (1, 2): never again.
 * - It failed for a reason that may pass (75) and never yet was up: what keeps it from starting
 *   at all is for a person to look at.
 * - It crashed: again, after a wait that doubles with every crash that follows a short life.
 * - It crashed more than `CRASHES_MAX` times within `WITHIN_MS`: given up.
 */
export interface RestartState {
  /** When the last ones were, oldest first; those of `WITHIN_MS` at most. */
  readonly crashes: readonly number[]
  /** Crashes in a row, each after a life shorter than `STEADY_MS`. */
  readonly row: number
  readonly wasUp: boolean
}

export const firstLife: RestartState = { crashes: [], row: 0, wasUp: false }

export type RestartPlan =
  | { readonly is: 'again'; readonly afterMs: number; readonly state: RestartState }
  | { readonly is: 'over'; readonly code: number; readonly why: string | null }

export interface Life {
  readonly end: ProcessEnd
  readonly livedMs: number
  readonly wasUp: boolean
  readonly nowMs: number
}

export function restartPlan(state: RestartState, life: Life): RestartPlan {
  const { end, livedMs, nowMs } = life
  const wasUp = state.wasUp || life.wasUp
  if (end.by === 'exit' && isFinal(end.code, wasUp)) return over(end.code)
  const crashes = [...state.crashes.filter((time) => nowMs - time < WITHIN_MS), nowMs]
  if (crashes.length > CRASHES_MAX) {
    const why = `${crashes.length} crashes within ${WITHIN_MS / 60_000} minutes: not started again`
    return { is: 'over', code: GAVE_UP, why }
  }
  const row = livedMs >= STEADY_MS ? 1 : state.row + 1
  const afterMs = Math.min(WAIT_MS_LEAST * 2 ** (row - 1), WAIT_MS_MOST)
  return { is: 'again', afterMs, state: { crashes, row, wasUp } }
}

function isFinal(code: number, wasUp: boolean): boolean {
  return code === 0 || code === 1 || code === 2 || (code === MAY_PASS && !wasUp)
}

function over(code: number): RestartPlan {
  const why = code === 0 ? null : `it ended with code ${code}, which starting again does not cure`
  return { is: 'over', code, why }
}

export const CRASHES_MAX = 10
export const WITHIN_MS = 300_000
export const STEADY_MS = 60_000
const WAIT_MS_LEAST = 250
const WAIT_MS_MOST = 30_000

/** Exit codes of sysexits(3): EX_TEMPFAIL, EX_SOFTWARE. */
export const MAY_PASS = 75
export const GAVE_UP = 70
