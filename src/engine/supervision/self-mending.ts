import type { Component } from '../component.ts'
import type { RestoreReport } from '../restore-report.ts'
import type { RestoreAbort } from './restore-abort.ts'
import type { Supervisor } from './supervisor.ts'

/**
 * A component whose working part is elsewhere and which brings that part back itself, with its
 * state. It goes on taking events meanwhile, so its host is not suspended.
 */
export interface SelfMending {
  /** Hears of every fault of the part elsewhere, also of one that came before. */
  onFailure(listener: (error: unknown) => void): void
  /** Ends what is left of it. */
  takeDown(reason: string): void
  /** Resolves when a new one stands where the old one should. */
  bringBack(abort: RestoreAbort): Promise<RestoreReport>
}

export function isSelfMending(component: Component): component is Component & SelfMending {
  return 'bringBack' in component && typeof component.bringBack === 'function'
}

/** Puts it under the supervisor's one rule of restarts. */
export function superviseSelfMending(
  supervisor: Supervisor,
  component: Component & SelfMending,
): void {
  const { name, group = name, essential = false } = component
  supervisor.add({
    name,
    group,
    essential,
    suspend: (reason) => component.takeDown(reason),
    restore: (abort) => component.bringBack(abort),
    giveUp: (reason) => component.takeDown(reason),
  })
  component.onFailure((error) => supervisor.failed(name, error))
}
