/**
 * The seven modes of the whole system, from the mildest to the strictest. What each changes is in
 * `mode-effects.ts`, when it is entered and left in `mode-state.ts`, which may follow which in
 * `mode-edges.ts`.
 */
export const systemModes = [
  'NORMAL',
  'PRE_SAFE',
  'LATENCY',
  'SAFE',
  'ULTRA',
  'RECOVERY',
  'EMERGENCY',
] as const

export type SystemMode = (typeof systemModes)[number]

export interface ModeDecision {
  readonly mode: SystemMode
  /** One sentence for the page. */
  readonly reason: string
}
