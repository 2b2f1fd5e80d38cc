/**
 * Where one supervised component is, as a pure machine.
 *
 * ```
 * running --failed--> suspended --restore--> restoring --restored--> running
 *                        ^  \                   |   \
 *                        |   \                  |    \--gave-up--> given-up --retry--> suspended
 *                        |    \--gave-up------------------------->    ^
 *                        \---------failed-------/      running --gave-up
 * ```
 * Every other input leaves the state as it is: a late complaint about what is already suspended
 * or given up changes nothing.
 */
export type SupervisionState =
  | { readonly is: 'running' }
  | { readonly is: 'suspended'; readonly reason: string }
  | { readonly is: 'restoring'; readonly reason: string }
  | { readonly is: 'given-up'; readonly reason: string }

export type SupervisionInput =
  | { readonly input: 'failed' | 'gave-up' | 'retry'; readonly reason: string }
  | { readonly input: 'restore' | 'restored' }

export function nextSupervision(
  state: SupervisionState,
  event: SupervisionInput,
): SupervisionState {
  switch (event.input) {
    case 'failed':
      return state.is === 'running' || state.is === 'restoring'
        ? { is: 'suspended', reason: event.reason }
        : state
    case 'restore':
      return state.is === 'suspended' ? { is: 'restoring', reason: state.reason } : state
    case 'restored':
      return state.is === 'restoring' ? { is: 'running' } : state
    case 'gave-up':
      return state.is === 'given-up' ? state : { is: 'given-up', reason: event.reason }
    case 'retry':
      return state.is === 'given-up' ? { is: 'suspended', reason: event.reason } : state
  }
}
