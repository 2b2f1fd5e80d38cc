import type { RestoreReport } from '../restore-report.ts'

/** What a supervisor does, as it does it: for the log, the page and the mode of the system. */
export type SupervisionEvent =
  | { readonly is: 'failed'; readonly name: string; readonly reason: string }
  | {
      readonly is: 'suspended'
      readonly names: readonly string[]
      readonly reason: string
      /** The wait before they are restored. */
      readonly delayMs: number
    }
  | {
      readonly is: 'restored'
      readonly names: readonly string[]
      readonly reports: readonly RestoreReport[]
    }
  | {
      readonly is: 'escalated'
      /** To the whole group, or beyond it: to whoever runs the system. */
      readonly to: 'group' | 'system'
      readonly group: string
      readonly reason: string
    }
  | {
      readonly is: 'gave-up'
      readonly names: readonly string[]
      /** Whether the system has lost something it needs. */
      readonly essential: boolean
      readonly reason: string
    }
