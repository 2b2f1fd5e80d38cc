/**
 * How the page is connected, as a pure machine: what happened in, what to do next out.
 *
 * ```
 * connecting --opened--> live --lost--> waiting --elapsed--> connecting
 *      `------lost--------------------------^
 * ```
 * Waits double from a quarter second to five, times a jitter, so that many pages do not storm a
 * server that has just come back. Having been live forgets the attempts.
 */
export type ConnectionState =
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'live' }
  | { readonly phase: 'waiting'; readonly attempt: number; readonly delayMs: number }

export type ConnectionInput =
  | { readonly type: 'opened' }
  /** `jitter` is a number from 0 to 1. */
  | { readonly type: 'lost'; readonly jitter: number }
  | { readonly type: 'elapsed' }

export const firstConnection: ConnectionState = { phase: 'connecting', attempt: 0 }

const DELAY_MS_MIN = 250
const DELAY_MS_MAX = 5000

export function nextConnection(state: ConnectionState, input: ConnectionInput): ConnectionState {
  switch (input.type) {
    case 'opened':
      return state.phase === 'connecting' ? { phase: 'live' } : state
    case 'lost': {
      if (state.phase === 'waiting') return state
      const attempt = state.phase === 'live' ? 0 : state.attempt
      const longest = Math.min(DELAY_MS_MIN * 2 ** attempt, DELAY_MS_MAX)
      const delayMs = Math.round(longest * (0.5 + input.jitter / 2))
      return { phase: 'waiting', attempt: attempt + 1, delayMs }
    }
    case 'elapsed':
      return state.phase === 'waiting' ? { phase: 'connecting', attempt: state.attempt } : state
  }
}
