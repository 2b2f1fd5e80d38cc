import { expect, test } from 'vitest'
import { createRandom, GenesisError, silentLog, SimulatedClock } from '../../runtime/index.ts'
import { counter, raised } from './counter-fixture.ts'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { hashOf, type Replica } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'
import { StandbyGroup } from './standby-group.ts'
import { StateReplicator } from './state-replicator.ts'

/**
 * Holders that lose, delay, damage and forget, and a component that fails again and again: what
 * comes back is compared with what a component that never failed has at the same number.
 */
const SEEDS = 60
const EVENTS = 400

type Marks = Record<string, number>

function stormy(name: string, seed: string, clock: SimulatedClock, marks: Marks): ReplicaHolder {
  const random = createRandom(`${seed} ${name}`)
  const inner = new MemoryReplicaHolder({ name, eventsMax: 50 })
  const mark = (what: string) => void (marks[what] = (marks[what] ?? 0) + 1)
  const weather = async () => {
    const chance = random.next()
    if (chance < 0.05) {
      mark('lost')
      throw new GenesisError('replica-lost', 'the storm')
    }
    if (chance < 0.3) await clock.sleep(random.integer(40))
  }
  const damaged = (replica: Replica): Replica => {
    mark('damaged')
    const { offer, batches } = replica
    const kind = random.integer(3)
    if (kind === 0 && batches.length > 0) return { offer, batches: batches.slice(1) }
    if (kind === 1 && batches.length > 0) return { offer, batches: batches.slice(0, -1) }
    const states = offer.states.map(
      ([each, state]) =>
        [each, { ...state, text: state.text.replace('"sum":', '"sum":1') }] as const,
    )
    return { offer: { ...offer, states }, batches }
  }
  return {
    name,
    offer: async (offer) => {
      await weather()
      return inner.offer(offer)
    },
    apply: async (group, batch) => {
      await weather()
      if (random.next() < 0.02) {
        mark('forgot')
        await inner.drop(group)
      }
      const refusal = await inner.apply(group, batch)
      if (random.next() < 0.03) {
        mark('answer lost')
        throw new GenesisError('replica-lost', 'the storm')
      }
      return refusal
    },
    newest: async (group) => {
      await weather()
      const replica = await inner.newest(group)
      return replica && random.next() < 0.2 ? damaged(replica) : replica
    },
    drop: (group) => inner.drop(group),
  }
}

const context = { live: false, publish: () => undefined }
const stateOf = (component: ReturnType<typeof counter>) =>
  hashOf('', 0, new StandbyGroup([component]).states())

async function storm(seed: string, marks: Marks): Promise<void> {
  const random = createRandom(seed)
  const clock = new SimulatedClock()
  const [own, truth] = [counter('account'), counter('account')]
  const holders = ['x', 'y', 'z'].map((name) => stormy(name, seed, clock, marks))
  const makeStandbys = () => [
    counter('account', () => {
      if (random.next() < 0.002) throw new Error('a standby fails')
    }),
  ]
  const groups = [{ name: 'account', components: [own], makeStandbys }]
  const bounds = { queueMax: 30, deadlineMs: 30, reseedMs: 5 }
  const replicator = new StateReplicator({ clock, log: silentLog, groups, holders, ...bounds })
  for (let number = 1; number <= EVENTS; number += 1) {
    const event = raised(number)
    replicator.applying(event)
    void truth.onEvent(event, context)
    void own.onEvent(event, context)
    if (random.next() < 0.3) replicator.endOfBatch(number)
    if (random.next() < 0.2) await clock.advance(random.integer(20))
    if (random.next() < 0.05) await fail(number)
  }

  async function fail(number: number): Promise<void> {
    own.sum = -1
    replicator.suspend('account')
    if (random.next() < 0.5 && replicator.takeOver('account')) {
      expect(stateOf(own), `${seed}, standby at ${number}`).toBe(stateOf(truth))
      marks['standby'] = (marks['standby'] ?? 0) + 1
    } else {
      const asked = replicator.newest('account')
      await clock.advance(1_000)
      const replica = await asked
      if (replica) {
        const back = counter('account')
        const group = new StandbyGroup([back])
        group.restore(new Map(replica.offer.states))
        for (const { events } of replica.batches)
          group.apply(events, { live: false, publish: () => undefined })
        expect(stateOf(back), `${seed}, replica at ${number}`).toBe(stateOf(truth))
      }
      const what = replica ? 'replica' : 'no replica'
      marks[what] = (marks[what] ?? 0) + 1
      own.restore!(structuredClone(truth.snapshot!()))
    }
    replicator.resume('account')
    replicator.endOfBatch(number)
  }
}

test('in any storm a replica that is used is the state at the same number', async () => {
  const marks: Marks = {}

  for (let seed = 0; seed < SEEDS; seed += 1) await storm(`storm ${seed}`, marks)

  console.log(`replication, ${SEEDS} storms: ${JSON.stringify(marks)}`)
  for (const what of ['standby', 'replica', 'no replica', 'lost', 'damaged', 'forgot']) {
    expect(marks[what], what).toBeGreaterThan(10)
  }
})
