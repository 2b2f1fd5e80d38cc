import { expect, test } from 'vitest'
import type { Journal, JournalRecord } from '../journal/index.ts'
import { encodeEvent, EVENT_KIND } from './event-codec.ts'
import { durableEvent, Priority } from './event.ts'
import { replay, ReplayContext } from './replay.ts'

/** Batches of one record; the third cannot be read. Whether whoever read it has let it go. */
function reading() {
  const state = { isOpen: false }
  async function* read(): AsyncGenerator<readonly JournalRecord[]> {
    state.isOpen = true
    try {
      for (const number of [1, 2]) {
        const of = { priority: Priority.NORMAL, time: 1, key: `${number}`, payload: null }
        const text = encodeEvent(durableEvent('order.made', of))
        yield [{ number, kind: EVENT_KIND, payload: new TextEncoder().encode(text) }]
      }
      throw new Error('the disk is gone')
    } finally {
      state.isOpen = false
    }
  }
  return { state, journal: { read } as unknown as Journal }
}

const context = new ReplayContext()

test.each([1, 2])('a replay up to %i leaves nothing open and nothing unheard', async (upTo) => {
  const { state, journal } = reading()
  const seen: string[] = []

  const reached = replay(journal, {
    from: 1,
    applied: () => upTo,
    deliver: ({ key }) => seen.push(key),
    context,
  })

  if (upTo === 1) expect(await reached).toBe(1)
  else await expect(reached).rejects.toThrow('the disk is gone')
  expect(seen).toEqual(['1', '2'].slice(0, upTo))
  expect(state.isOpen).toBe(false)
})

test('what fails while it is given an event leaves nothing open either', async () => {
  const { state, journal } = reading()
  const deliver = () => {
    throw new Error('it cannot')
  }

  await expect(replay(journal, { from: 1, deliver, context })).rejects.toThrow('it cannot')

  expect(state.isOpen).toBe(false)
})
