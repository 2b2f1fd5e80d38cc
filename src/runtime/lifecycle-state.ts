/**
 * Where a thing that starts and stops is, as a pure machine.
 *
 * ```
 * idle --start--> starting --started--> running --stop--> stopping --stopped--> stopped
 *                    |  \--stop--> stopping                                       |
 *                    \--start-failed--> failed --start--> starting <----start-----/
 * ```
 * Every other input leaves the state as it is: starting twice, stopping twice or never is fine.
 */
export type LifecycleState =
  | { readonly is: 'idle' }
  | { readonly is: 'starting' }
  | { readonly is: 'running' }
  | { readonly is: 'stopping' }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly cause: unknown }

export type LifecycleInput =
  | { readonly input: 'start' | 'started' | 'stop' | 'stopped' }
  | { readonly input: 'start-failed'; readonly cause: unknown }

export function nextLifecycleState(state: LifecycleState, event: LifecycleInput): LifecycleState {
  switch (event.input) {
    case 'start':
      return state.is === 'idle' || state.is === 'stopped' || state.is === 'failed'
        ? { is: 'starting' }
        : state
    case 'started':
      return state.is === 'starting' ? { is: 'running' } : state
    case 'start-failed':
      return state.is === 'starting' ? { is: 'failed', cause: event.cause } : state
    case 'stop':
      return state.is === 'starting' || state.is === 'running' ? { is: 'stopping' } : state
    case 'stopped':
      return state.is === 'stopping' ? { is: 'stopped' } : state
  }
}
