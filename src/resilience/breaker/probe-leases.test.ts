import { expect, test } from 'vitest'
import { ProbeLeases } from './probe-leases.ts'

test('no more leases are out than there are', () => {
  const leases = new ProbeLeases(2)

  expect([1, 2, 3].map((ticket) => leases.lend(ticket, 0, 5_000, 0))).toEqual([true, true, false])
})

test('a lease given back is lent again', () => {
  const leases = new ProbeLeases(1)
  leases.lend(1, 0, 5_000, 0)

  expect(leases.giveBack(1, 100)).toMatchObject({ isOverdue: false })
  expect(leases.lend(2, 100, 5_000, 0)).toBe(true)
})

test('a lease is lent again when its time is over, and its first holder is overdue', () => {
  const leases = new ProbeLeases(1)
  leases.lend(1, 0, 5_000, 0)

  expect([
    leases.lend(2, 4_999, 5_000, 0),
    leases.waitMs(4_999),
    leases.lend(2, 5_000, 5_000, 0),
  ]).toEqual([false, 1, true])
  expect(leases.giveBack(1, 5_001)).toMatchObject({ isOverdue: true })
  expect(leases.giveBack(2, 5_001)).toMatchObject({ isOverdue: false })
  expect(leases.expired).toBe(1)
})

// It used not to count at all: a side that takes longer than a lease was then shut out for ever.
test('a lease given back too late is overdue, also when nobody else has taken it', () => {
  const leases = new ProbeLeases(1)
  leases.lend(1, 0, 5_000, 0)

  expect(leases.giveBack(1, 5_000)).toMatchObject({ isOverdue: true })
  expect([leases.expired, leases.isFree(5_000)]).toEqual([1, true])
  expect(leases.giveBack(1, 5_001)).toBeUndefined()
})

test('of the overdue only the latest 64 are remembered', () => {
  const leases = new ProbeLeases(1)

  for (let ticket = 1; ticket <= 66; ticket++) leases.lend(ticket, ticket * 10, 10, 0)

  expect(leases.giveBack(1, 700)).toBeUndefined()
  expect(leases.giveBack(2, 700)).toMatchObject({ isOverdue: true })
})

test('a patient probe that is out is known until its lease runs out', () => {
  const leases = new ProbeLeases(2)
  leases.lend(1, 0, 5_000, 0)
  leases.lend(2, 0, 8_000, 3)

  expect([leases.isOut(3, 7_999), leases.isOut(4, 0), leases.isOut(3, 8_000)]).toEqual([
    true,
    false,
    false,
  ])
})
