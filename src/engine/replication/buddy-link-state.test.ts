import { expect, test } from 'vitest'
import { type BuddyLinkInput, type BuddyLinkState, nextLinkState } from './buddy-link-state.ts'

const states = {
  behind: { is: 'behind', why: 'new' },
  offering: { is: 'offering', number: 7 },
  following: { is: 'following', reached: 7, sent: 9 },
  lost: { is: 'lost', why: 'gone', retryAtMs: 50, tries: 1 },
} satisfies Record<string, BuddyLinkState>

const inputs = {
  offer: { input: 'offer', number: 8 },
  taken: { input: 'taken' },
  send: { input: 'send', upTo: 12 },
  answered: { input: 'answered' },
  refused: { input: 'refused', why: 'gap' },
  failed: { input: 'failed', why: 'gone', nowMs: 1_000, tries: 3 },
  retry: { input: 'retry' },
} satisfies Record<string, BuddyLinkInput>

const lostAgain = { is: 'lost', why: 'gone', retryAtMs: 1_400, tries: 3 }
const edges: Record<string, Partial<Record<string, BuddyLinkState>>> = {
  behind: {
    offer: { is: 'offering', number: 8 },
    refused: { is: 'behind', why: 'gap' },
  },
  offering: {
    taken: { is: 'following', reached: 7, sent: 7 },
    refused: { is: 'behind', why: 'gap' },
  },
  following: {
    send: { is: 'following', reached: 7, sent: 12 },
    answered: { is: 'following', reached: 9, sent: 9 },
    refused: { is: 'behind', why: 'gap' },
  },
  lost: { retry: { is: 'behind', why: 'gone' } },
}

const all = Object.entries(states).flatMap(([from, state]) =>
  Object.entries(inputs).map(([name, input]) => [from, name, state, input] as const),
)

test.each(all)('%s, %s', (from, name, state, input) => {
  const expected = name === 'failed' ? lostAgain : (edges[from]?.[name] ?? state)

  expect(nextLinkState(state, input)).toEqual(expected)
})

test('a replica that is up to date may be given the state anew', () => {
  const upToDate: BuddyLinkState = { is: 'following', reached: 7, sent: 7 }

  expect(nextLinkState(upToDate, inputs.offer)).toEqual({ is: 'offering', number: 8 })
})

test('another try waits longer after each failure, and no longer than a minute', () => {
  const waits = [1, 2, 3, 50].map((tries) => {
    const after = nextLinkState(states.behind, { input: 'failed', why: '', nowMs: 0, tries })
    return after.is === 'lost' ? after.retryAtMs : null
  })

  expect(waits).toEqual([100, 200, 400, 60_000])
})
