/**
 * One group's replica at one holder, as the sender sees it.
 *
 *   behind    -> offering    a new state is on its way
 *   offering  -> following   it was taken; batches may follow
 *   following -> offering    so much followed that a new state is the shorter way
 *   following -> behind      it was refused, or more waits than may: only a new offer helps
 *   any       -> lost        the holder cannot be reached; until the time for another try
 *   lost      -> behind      that time has come
 *
 * Only a replica that is followed, with nothing unsent or unanswered, is up to date.
 */
export type BuddyLinkState =
  | { readonly is: 'behind'; readonly why: string }
  | { readonly is: 'offering'; readonly number: number }
  | { readonly is: 'following'; readonly reached: number; readonly sent: number }
  | {
      readonly is: 'lost'
      readonly why: string
      readonly retryAtMs: number
      readonly tries: number
    }

export type BuddyLinkInput =
  | { readonly input: 'offer'; readonly number: number }
  | { readonly input: 'taken' }
  | { readonly input: 'send'; readonly upTo: number }
  | { readonly input: 'answered' }
  | { readonly input: 'refused'; readonly why: string }
  | {
      readonly input: 'failed'
      readonly why: string
      readonly nowMs: number
      readonly tries: number
    }
  | { readonly input: 'retry' }

/** The state after; where an input says nothing in a state, the state itself. */
export function nextLinkState(state: BuddyLinkState, input: BuddyLinkInput): BuddyLinkState {
  switch (input.input) {
    case 'offer':
      return mayBeOffered(state) ? { is: 'offering', number: input.number } : state
    case 'taken':
      if (state.is !== 'offering') return state
      return { is: 'following', reached: state.number, sent: state.number }
    case 'send':
      return state.is === 'following' ? { ...state, sent: input.upTo } : state
    case 'answered':
      return state.is === 'following' ? { ...state, reached: state.sent } : state
    case 'refused':
      return state.is === 'lost' ? state : { is: 'behind', why: input.why }
    case 'failed': {
      const { why, tries } = input
      return { is: 'lost', why, retryAtMs: input.nowMs + retryDelayMs(tries), tries }
    }
    case 'retry':
      return state.is === 'lost' ? { is: 'behind', why: state.why } : state
  }
}

function mayBeOffered(state: BuddyLinkState): boolean {
  return state.is === 'behind' || (state.is === 'following' && state.reached === state.sent)
}

/** 100 ms after the first failure, doubling up to a minute. */
export function retryDelayMs(tries: number): number {
  return Math.min(60_000, 100 * 2 ** Math.min(tries - 1, 10))
}
