import { expect, test } from 'vitest'
import { decodeEvent, encodeEvent } from './event-codec.ts'
import { durableEvent, Priority } from './event.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('an event comes back from its bytes with the number of its record', () => {
  const event = durableEvent('order.reported', {
    priority: Priority.CRITICAL,
    time: 1_700_000_000_000,
    key: 'g-1-sma-7:filled#3',
    payload: { fee: '0.012', price: 6_183_763 },
  })

  const back = decodeEvent(bytes(encodeEvent(event)), 42)

  expect(back).toEqual({ ...event, number: 42 })
})

test.each(['{}', '[1,2,3]', '["topic",9,"time","key",{}]', 'not json'])(
  'a record that is no event (%s) is named by its number',
  (text) => {
    expect(() => decodeEvent(bytes(text), 7)).toThrow('journal record 7 is not an event')
  },
)
