import { expect, test } from 'vitest'
import { ProbeLeases } from './probe-leases.ts'

test('no more leases are out than there are', () => {
  const leases = new ProbeLeases(2, 5_000)

  expect([1, 2, 3].map((ticket) => leases.lend(ticket, 0))).toEqual([true, true, false])
})

test('a lease given back is lent again', () => {
  const leases = new ProbeLeases(1, 5_000)
  leases.lend(1, 0)

  expect(leases.giveBack(1, 100)).toBe(true)
  expect(leases.lend(2, 100)).toBe(true)
})

test('a lease is lent again when its time is over, and its first holder has lost it', () => {
  const leases = new ProbeLeases(1, 5_000)
  leases.lend(1, 0)

  expect([leases.lend(2, 4_999), leases.waitMs(4_999), leases.lend(2, 5_000)]).toEqual([
    false,
    1,
    true,
  ])
  expect([leases.giveBack(1, 5_001), leases.giveBack(2, 5_001), leases.expired]).toEqual([
    false,
    true,
    1,
  ])
})

test('a lease given back too late does not count, also when nobody else has taken it', () => {
  const leases = new ProbeLeases(1, 5_000)
  leases.lend(1, 0)

  expect([leases.giveBack(1, 5_000), leases.expired, leases.isFree(5_000)]).toEqual([
    false,
    1,
    true,
  ])
})
