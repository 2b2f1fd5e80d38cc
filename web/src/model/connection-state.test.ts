import { expect, test } from 'vitest'
import { firstConnection, nextConnection, type ConnectionState } from './connection-state.ts'

const live: ConnectionState = { phase: 'live' }
const waiting: ConnectionState = { phase: 'waiting', attempt: 2, delayMs: 500 }

test('an opened connection is live', () => {
  expect(nextConnection(firstConnection, { type: 'opened' })).toEqual(live)
})

test('a lost connection waits, at first a quarter second', () => {
  expect(nextConnection(live, { type: 'lost', jitter: 1 })).toEqual({
    phase: 'waiting',
    attempt: 1,
    delayMs: 250,
  })
})

test('each further failure doubles the wait up to five seconds, jitter halves it at most', () => {
  const delays: number[] = []
  let state: ConnectionState = firstConnection

  for (let attempt = 0; attempt < 8; attempt += 1) {
    state = nextConnection(state, { type: 'lost', jitter: attempt === 0 ? 0 : 1 })
    if (state.phase === 'waiting') delays.push(state.delayMs)
    state = nextConnection(state, { type: 'elapsed' })
  }

  expect(delays).toEqual([125, 500, 1000, 2000, 4000, 5000, 5000, 5000])
})

test('after the wait it connects again and remembers how often it tried', () => {
  expect(nextConnection(waiting, { type: 'elapsed' })).toEqual({ phase: 'connecting', attempt: 2 })
})

test.each([
  [live, { type: 'opened' }],
  [live, { type: 'elapsed' }],
  [waiting, { type: 'opened' }],
  [waiting, { type: 'lost', jitter: 1 }],
  [firstConnection, { type: 'elapsed' }],
] as const)('in %o a late %o changes nothing', (state, input) => {
  expect(nextConnection(state, input)).toBe(state)
})
