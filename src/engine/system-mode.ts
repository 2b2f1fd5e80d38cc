/**
 * The seven modes of the whole system. Today four can be entered, each for one plain reason:
 * RECOVERY while state is rebuilt, EMERGENCY when the journal halted, SAFE when an essential
 * component fails, else NORMAL. The others come with health and supervision.
 */
export type SystemMode =
  | 'NORMAL'
  | 'PRE_SAFE'
  | 'SAFE'
  | 'RECOVERY'
  | 'ULTRA'
  | 'LATENCY'
  | 'EMERGENCY'

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

/** Whether a mode lets strategies open new risk. */
export function mayOpenRisk(mode: SystemMode): boolean {
  return mode === 'NORMAL' || mode === 'PRE_SAFE' || mode === 'LATENCY' || mode === 'ULTRA'
}
