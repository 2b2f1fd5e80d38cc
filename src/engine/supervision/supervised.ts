import type { RestoreReport } from '../restore-report.ts'
import type { RestoreAbort } from './restore-abort.ts'

/**
 * What a supervisor needs of a component it looks after.
 *
 * `suspend` takes effect at once: not one more event reaches the component. `restore` resolves
 * when the component is back at the last applied number and takes events again; its abort comes
 * at the deadline, or when another fault made the attempt pointless, and then it may change
 * nothing more. Both may be called again after a failed attempt. None may throw for a reason of
 * the component: its faults are what all this is about.
 */
export interface Supervised {
  readonly name: string
  /** Those of one group are restored by the group's strategy. */
  readonly group: string
  readonly essential: boolean
  suspend(reason: string): void
  restore(abort: RestoreAbort): Promise<RestoreReport>
  /** It stays suspended until somebody asks for another try. */
  giveUp(reason: string): void
}

/**
 * Whom a fault takes along: the component alone, it and those registered after it (they built on
 * it), or the whole group (they look into each other).
 */
export type SupervisionStrategy = 'one-for-one' | 'rest-for-one' | 'one-for-all'
