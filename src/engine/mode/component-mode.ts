import { assert } from '../../runtime/index.ts'
import { type ModeEffects, modeEffects, stricterEffects } from './mode-effects.ts'
import type { SystemMode } from './system-mode.ts'

/**
 * The mode of one component: `as-system`, or `strict` while the others stay as they are. A strict
 * component works under the settings of SAFE, or of the system's mode where those are stricter.
 *
 * It becomes strict by its own error rate (over a moving window), or by hand; by hand it stays so
 * until it is released by hand. By itself it comes back after `STRICT_DWELL_MS` without a sample
 * at or above the calm rate, so a component that fails now and then does not flap.
 */
export function nextComponentMode(
  state: ComponentModeState,
  input: ComponentModeInput,
  nowMs: number,
): ComponentModeState {
  switch (input.kind) {
    case 'hold':
      return { mode: 'strict', by: 'hand', reason: input.reason }
    case 'release':
      return state.mode === 'strict' && state.by === 'hand' ? asSystem : state
    case 'measured':
      return nextByErrors(state, input, nowMs)
  }
}

export const asSystem: ComponentModeState = { mode: 'as-system' }

/** What is in force for a component of this mode while the system is in that one. */
export function componentEffects(mode: ComponentMode, system: SystemMode): ModeEffects {
  const effects = modeEffects[system]
  return mode === 'strict' ? stricterEffects(effects, modeEffects.SAFE) : effects
}

export type ComponentMode = ComponentModeState['mode']

export type ComponentModeState =
  | { readonly mode: 'as-system' }
  | { readonly mode: 'strict'; readonly by: 'hand'; readonly reason: string }
  | {
      readonly mode: 'strict'
      readonly by: 'errors'
      readonly reason: string
      /** The last time errors were at or above the calm rate. */
      readonly troubledMs: number
    }

export type ComponentModeInput =
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'release' }
  | {
      readonly kind: 'measured'
      /** Failed of handled, 0 to 1, over a window the caller moves on. */
      readonly errorRate: number
      /** How many were handled in that window; few say nothing. */
      readonly handled: number
    }

export const STRICT_ERROR_RATE = 0.2
export const CALM_ERROR_RATE = 0.05
export const STRICT_DWELL_MS = 30_000
export const STRICT_HANDLED_MIN = 20

function nextByErrors(
  state: ComponentModeState,
  { errorRate, handled }: Extract<ComponentModeInput, { kind: 'measured' }>,
  nowMs: number,
): ComponentModeState {
  assert(errorRate >= 0 && errorRate <= 1, 'an error rate is 0 to 1')
  const known = handled >= STRICT_HANDLED_MIN
  if (state.mode === 'as-system') {
    if (!known || errorRate < STRICT_ERROR_RATE) return state
    const reason = `${Math.floor(errorRate * 100)} % of its last ${handled} events failed`
    return { mode: 'strict', by: 'errors', reason, troubledMs: nowMs }
  }
  if (state.by === 'hand') return state
  if (known && errorRate >= CALM_ERROR_RATE) return { ...state, troubledMs: nowMs }
  return nowMs - state.troubledMs >= STRICT_DWELL_MS ? asSystem : state
}
