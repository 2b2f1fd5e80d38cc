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
  const ticket = tickets.issue()
  const others = [0, -1, ticket - 1, ticket + 1, ticket + 128, 1_000]

  expect(others.filter((other) => tickets.settle(other))).toEqual([])
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

test('calls that are not marked overtake nobody, however many pass', () => {
  const tickets = new Tickets()
  const slow = tickets.issue()

  for (let call = 0; call < 2 ** 21; call++) tickets.issueUnmarked()

  expect([tickets.settle(slow), tickets.issued]).toEqual([true, 2 ** 21 + 1])
})

test('an epoch parts what was issued before from what comes after, marked or not', () => {
  const tickets = new Tickets()
  const [marked, unmarked] = [tickets.issue(), tickets.issueUnmarked()]

  const starts = [tickets.startEpoch(), tickets.startEpoch()] as const
  const after = [tickets.issueUnmarked(), tickets.issue()]

  expect(Math.max(marked, unmarked)).toBeLessThan(starts[0])
  expect(starts[0]).toBeLessThan(starts[1])
  expect(Math.min(...after)).toBeGreaterThanOrEqual(starts[1])
  expect([tickets.settle(starts[0]), tickets.settle(marked), tickets.issued]).toEqual([
    false,
    true,
    4,
  ])
})

test('epochs forget nobody who is still out', () => {
  const tickets = new Tickets()
  const slow = tickets.issue()

  for (let epoch = 0; epoch < 1_000; epoch++) tickets.startEpoch()

  expect([tickets.settle(slow), tickets.issued]).toEqual([true, 1])
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
