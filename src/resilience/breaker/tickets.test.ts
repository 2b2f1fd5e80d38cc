import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tickets } from './tickets.ts'

test('a ticket settles once', () => {
  const tickets = new Tickets()
  const ticket = tickets.issue()

  expect([tickets.settle(ticket), tickets.settle(ticket)]).toEqual([true, false])
})

test('what was never issued does not settle', () => {
  const tickets = new Tickets()
  tickets.issue()

  expect([0, -1, 2, 1_000].map((ticket) => tickets.settle(ticket))).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a call overtaken by a hundred thousand others still settles', () => {
  const tickets = new Tickets()
  const slow = tickets.issue()

  for (let call = 0; call < 100_000; call++) tickets.settle(tickets.issue())

  expect([tickets.settle(slow), tickets.forgotten]).toEqual([true, 0])
})

test('a call overtaken by more than a million others is forgotten, and counted', () => {
  const tickets = new Tickets()
  const lost = tickets.issue()

  for (let call = 0; call < 2 ** 21; call++) tickets.settle(tickets.issue())

  expect([tickets.settle(lost), tickets.forgotten]).toEqual([false, 1])
})

test('in any order, each of a set of tickets settles exactly once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 600 }), (picks) => {
      const tickets = new Tickets()
      const out = new Set<number>()
      for (const pick of picks) {
        if (pick % 2 === 0) out.add(tickets.issue())
        else expect(tickets.settle(pick)).toBe(out.delete(pick))
      }
    }),
  )
})
