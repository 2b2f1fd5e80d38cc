import { expect, test } from 'vitest'
import { GenesisError, silentLog, SimulatedClock } from '../../runtime/index.ts'
import { savedStateOf } from '../checkpoint/index.ts'
import { type Counter, counter, raised } from './counter-fixture.ts'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { reachedBy, type Replica } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'
import { StateReplicator, type StateReplicatorOptions } from './state-replicator.ts'

const clock = new SimulatedClock()

interface Setting extends Partial<StateReplicatorOptions> {
  /** Called by the standby in place of nothing. */
  readonly standbyRaises?: (number: number) => void
  readonly withStandby?: boolean
}

function setting({ standbyRaises, withStandby = true, ...options }: Setting = {}) {
  const own = counter('account')
  const standbys: Counter[] = []
  const makeStandbys = () => {
    standbys.push(counter('account', ({ number }) => standbyRaises?.(number)))
    return [standbys.at(-1)!]
  }
  const group = { name: 'account', components: [own], ...(withStandby ? { makeStandbys } : {}) }
  const holders = options.holders ?? []
  const all = { clock, log: silentLog, reseedMs: 0, ...options, groups: [group], holders }
  const replicator = new StateReplicator(all)
  replicator.endOfBatch(0)
  const raise = (number: number) => {
    replicator.applying(raised(number))
    void own.onEvent(raised(number), { live: true, publish: () => undefined })
  }
  const raiseAll = (from: number, to: number) => {
    for (let number = from; number <= to; number += 1) raise(number)
    replicator.endOfBatch(to)
  }
  return { own, standbys, replicator, raise, raiseAll, group: () => replicator.status()[0]! }
}

const settled = () => clock.turn()

/** A holder in memory that does what it is told to in place of a verb. */
class BentHolder extends MemoryReplicaHolder {
  bent: Partial<ReplicaHolder> = {}

  override offer(...parameters: Parameters<ReplicaHolder['offer']>) {
    return this.bent.offer ? this.bent.offer(...parameters) : super.offer(...parameters)
  }
  override apply(...parameters: Parameters<ReplicaHolder['apply']>) {
    return this.bent.apply ? this.bent.apply(...parameters) : super.apply(...parameters)
  }
  override newest(...parameters: Parameters<ReplicaHolder['newest']>) {
    return this.bent.newest ? this.bent.newest(...parameters) : super.newest(...parameters)
  }
}

test('a standby takes over at the same number, also in the middle of a batch', () => {
  const { own, raise, raiseAll, replicator, group } = setting()
  raiseAll(1, 10)
  raise(11)
  own.sum = Number.NaN

  const done = replicator.takeOver('account')

  expect(done).toEqual([])
  expect(own.sum).toBe(66)
  expect(own.seen.at(-1)).toBe(11)
  expect(group()).toMatchObject({ takeOvers: 1, standby: 'missing' })
})

test('after a take-over there is a new standby, and it takes over as well', () => {
  const { own, raiseAll, replicator, standbys } = setting()
  raiseAll(1, 3)
  replicator.takeOver('account')
  raiseAll(4, 6)
  raiseAll(7, 8)
  own.sum = 0

  const again = replicator.takeOver('account')

  expect(again).toEqual([])
  expect(own.sum).toBe(36)
  expect(standbys).toHaveLength(2)
})

test('a group that is suspended is not copied from', () => {
  const { own, raiseAll, replicator, group } = setting()
  raiseAll(1, 3)
  replicator.suspend('account')
  replicator.takeOver('account')
  own.sum = Number.NaN

  replicator.endOfBatch(3)
  const suspended = group().standby
  replicator.resume('account')
  replicator.endOfBatch(3)

  expect(suspended).toBe('missing')
  expect(group().standby).toBe('ready')
})

test('a standby that fails on an event is dropped, counted, and cannot take over', () => {
  const { replicator, raise, raiseAll, group } = setting({
    standbyRaises: (number) => {
      if (number === 5) throw new Error('five')
    },
  })
  raiseAll(1, 4)
  raise(5)

  expect(replicator.takeOver('account')).toBeNull()
  expect(group()).toMatchObject({ standbyFailures: 1, standby: 'missing' })
})

test('a standby that came to another state at the same number is found out', () => {
  const { own, replicator, raiseAll, standbys, group } = setting()
  raiseAll(1, 4)
  const states = new Map([['account', savedStateOf(own)!]])
  replicator.verify(states)
  const same = group().standby
  standbys[0]!.sum += 1

  replicator.verify(states)

  expect(same).toBe('ready')
  expect(group()).toMatchObject({ divergences: 1, standby: 'missing' })
})

test('buddies come to hold every event, and give it back', async () => {
  const holders = ['x', 'y'].map((name) => new MemoryReplicaHolder({ name }))
  const { replicator, raiseAll, group } = setting({ holders, withStandby: false })
  await settled()
  raiseAll(1, 5)
  raiseAll(6, 9)

  const replica = await replicator.newest('account')

  expect(reachedBy(replica!)).toBe(9)
  expect(group().buddies.map(({ state }) => state)).toEqual([
    { is: 'following', reached: 9, sent: 9 },
    { is: 'following', reached: 9, sent: 9 },
  ])
})

test('a group is not its own buddy', async () => {
  const holders = ['account', 'risk'].map((name) => new MemoryReplicaHolder({ name }))
  const { group } = setting({ holders })

  expect(group().buddies.map(({ holder }) => holder)).toEqual(['risk'])
})

test('what waits for a slow buddy is bounded; past it the buddy is given the state anew', async () => {
  const holder = new BentHolder({ name: 'slow' })
  const { raiseAll, replicator, group } = setting({ holders: [holder], queueMax: 20 })
  await settled()
  let answer: () => void = () => undefined
  holder.bent.apply = () => new Promise((resolve) => void (answer = () => resolve(undefined)))

  raiseAll(1, 5)
  raiseAll(6, 20)
  const waiting = group().buddies[0]!.waiting
  raiseAll(21, 40)
  const behind = group().buddies[0]!
  holder.bent = {}
  answer()
  await settled()
  raiseAll(41, 41)
  await settled()

  expect(waiting).toBe(15)
  expect(behind).toMatchObject({ overflows: 1, waiting: 0, state: { is: 'behind' } })
  expect(group().buddies[0]).toMatchObject({ offers: 2, state: { is: 'following', reached: 41 } })
  expect(reachedBy((await replicator.newest('account'))!)).toBe(41)
})

test('a buddy that lags behind or was lost is not used', async () => {
  const holder = new BentHolder({ name: 'gone' })
  const { raiseAll, replicator, group } = setting({ holders: [holder], reseedMs: 0 })
  await settled()
  raiseAll(1, 5)
  await settled()
  holder.bent.apply = () => Promise.reject(new GenesisError('replica-lost', 'gone'))
  raiseAll(6, 6)

  const replica = await replicator.newest('account')

  expect(replica).toBeNull()
  expect(group().buddies[0]).toMatchObject({ failed: 1, state: { is: 'lost', tries: 1 } })
})

test('a lost buddy is tried again after a while and follows again', async () => {
  const holder = new BentHolder({ name: 'gone' })
  holder.bent.offer = () => Promise.reject(new GenesisError('replica-lost', 'gone'))
  const { raiseAll, group } = setting({ holders: [holder] })
  await settled()
  holder.bent = {}
  raiseAll(1, 5)
  const early = group().buddies[0]!.state.is

  await clock.advance(100)
  raiseAll(6, 6)
  await settled()

  expect(early).toBe('lost')
  expect(group().buddies[0]!.state).toEqual({ is: 'following', reached: 6, sent: 6 })
})

test('a buddy that does not answer by the deadline is lost', async () => {
  const holder = new BentHolder({ name: 'silent' })
  const { raiseAll, replicator, group } = setting({ holders: [holder], deadlineMs: 30 })
  await settled()
  raiseAll(1, 2)
  await settled()
  holder.bent.newest = () => new Promise(() => undefined)

  const asked = replicator.newest('account')
  await clock.advance(30)

  expect(await asked).toBeNull()
  expect(group().buddies[0]!.state.is).toBe('lost')
})

test.each<[string, (replica: Replica) => Replica | null]>([
  ['a changed number', (of) => ({ ...of, offer: { ...of.offer, number: 1 } })],
  ['a changed state', (of) => ({ ...of, offer: { ...of.offer, states: [] } })],
  ['a missing batch', (of) => ({ ...of, batches: of.batches.slice(1) })],
  ['too few events', (of) => ({ ...of, batches: of.batches.slice(0, 1) })],
  ['another group', (of) => ({ ...of, offer: { ...of.offer, group: 'other' } })],
  ['nothing', () => null],
])('a buddy that gives back %s is not believed; the next one is', async (_, damage) => {
  const holders = [new BentHolder({ name: 'x' }), new MemoryReplicaHolder({ name: 'y' })]
  const { raiseAll, replicator, group } = setting({ holders, withStandby: false })
  await settled()
  raiseAll(1, 4)
  await settled()
  raiseAll(5, 6)
  await settled()
  const bad = holders[0] as BentHolder
  const sound = (await bad.newest('account'))!
  bad.bent.newest = async () => damage(sound)

  const replica = await replicator.newest('account')

  expect(reachedBy(replica!)).toBe(6)
  expect(group().buddies.map(({ damaged }) => damaged)).toEqual([1, 0])
})

test('a state is given anew no oftener than so often', async () => {
  const holder = new BentHolder({ name: 'refusing' })
  holder.bent.apply = async () => ({ ok: false, refused: 'full', reason: 'full' })
  const { raiseAll, group } = setting({ holders: [holder], reseedMs: 1_000 })
  await settled()

  for (let number = 1; number <= 20; number += 1) {
    raiseAll(number, number)
    await settled()
  }
  const soon = group().buddies[0]!.offers
  await clock.advance(1_000)
  raiseAll(21, 21)

  expect(soon).toBe(1)
  expect(group().buddies[0]!.offers).toBe(2)
})

test('before too many events followed a state, one buddy after the other is given a new one', async () => {
  const holders = ['x', 'y'].map((name) => new MemoryReplicaHolder({ name, eventsMax: 3_000 }))
  const { raiseAll, replicator, group } = setting({ holders, withStandby: false, queueMax: 5_000 })
  await settled()
  const offers: number[][] = []
  for (let number = 1; number <= 5_000; number += 100) {
    raiseAll(number, number + 99)
    await settled()
    offers.push(group().buddies.map((buddy) => buddy.offers))
  }

  const replica = await replicator.newest('account')

  expect(group().buddies).toMatchObject([
    { offers: 3, refused: 0 },
    { offers: 3, refused: 0 },
  ])
  expect(offers.some(([x, y]) => x !== y)).toBe(true)
  expect(replica!.batches.length).toBeLessThan(25)
  expect(reachedBy(replica!)).toBe(5_000)
})

test('who waits for a batch that never ends is passed on to all the same', () => {
  const { raise, standbys, group } = setting()

  for (let number = 1; number <= 1_000; number += 1) raise(number)

  expect(group().waiting).toBeLessThan(256)
  expect(standbys[0]!.seen.length).toBeGreaterThan(700)
})
