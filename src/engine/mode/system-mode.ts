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

export interface ModeInput {
  readonly recovering: boolean
  /** Why durable work stopped, or null. */
  readonly halted: string | null
  readonly essentialFailing: string | null
  /** Set by `--safe-mode`: hold SAFE. */
  readonly heldSafe: boolean
}

export interface ModeDecision {
  readonly mode: SystemMode
  /** One sentence for the page. */
  readonly reason: string
}

/** The mode for those who have no health and no clock to ask: by the plain causes alone. */
export function decideMode(input: ModeInput): ModeDecision {
  if (input.halted !== null) {
    return { mode: 'EMERGENCY', reason: `nothing more is recorded: ${input.halted}` }
  }
  if (input.recovering) return { mode: 'RECOVERY', reason: 'state is being rebuilt' }
  if (input.essentialFailing !== null) {
    return { mode: 'SAFE', reason: `the essential component ${input.essentialFailing} failed` }
  }
  if (input.heldSafe) return { mode: 'SAFE', reason: 'held in SAFE by --safe-mode' }
  return { mode: 'NORMAL', reason: 'everything answers' }
}
