import { expect, test } from 'vitest'
import type { Journal, JournalRecord } from '../../journal/index.ts'
import { silentLog, SimulatedClock, SimulatedDisk } from '../../runtime/index.ts'
import { CheckpointManager, savedStateOf } from '../checkpoint/index.ts'
import { encodeEvent, EVENT_KIND } from '../event-codec.ts'
import { counter, raised } from './counter-fixture.ts'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { recoverState, type RecoverStateOptions } from './recover-state.ts'
import { StateReplicator } from './state-replicator.ts'

const clock = new SimulatedClock()

/** Events 1 to `lastNumber`, of which every third is none of the counter's. */
function journalUpTo(lastNumber: number, firstNumber = 1): Journal {
  const record = (number: number): JournalRecord => {
    const event = raised(number, number % 3 === 0 ? 'other.topic' : 'count.raised')
    return { number, kind: EVENT_KIND, payload: new TextEncoder().encode(encodeEvent(event)) }
  }
  return {
    firstNumber,
    lastNumber,
    acknowledged: lastNumber,
    append: () => 0,
    flushed: () => Promise.resolve(),
    removeBefore: () => Promise.resolve(firstNumber),
    close: () => Promise.resolve(),
    read: async function* (from) {
      for (let at = Math.max(from, firstNumber); at <= lastNumber; at += 4) {
        const numbers = [at, at + 1, at + 2, at + 3].filter((number) => number <= lastNumber)
        yield numbers.map(record)
      }
    },
  }
}

const isOurs = (number: number) => number % 3 !== 0
const sumTo = (number: number) =>
  Array.from({ length: number }, (_, index) => index + 1)
    .filter(isOurs)
    .reduce((sum, each) => sum + each, 0)

const last = 20
const at = (number: number) => {
  const component = counter('account')
  for (let each = 1; each <= number; each += 1) {
    if (isOurs(each)) void component.onEvent(raised(each), { live: true, publish: () => undefined })
  }
  return component
}

function broken() {
  const component = counter('account')
  component.sum = Number.NaN
  return component
}

function recover(component: ReturnType<typeof counter>, options: Partial<RecoverStateOptions>) {
  return recoverState({
    clock,
    log: silentLog,
    group: 'account',
    components: [component],
    number: () => last,
    journal: journalUpTo(last),
    ...options,
  })
}

async function checkpointsAt(...numbers: readonly number[]) {
  const disk = new SimulatedDisk()
  const manager = new CheckpointManager({ disk, clock, log: silentLog, folder: 'checkpoints' })
  for (const number of numbers) {
    const states = new Map([['account', savedStateOf(at(number))!]])
    await manager.save(journalUpTo(last), { number, time: 0, states })
  }
  return { disk, manager }
}

/** A replicator that was given everything up to `last`, from a sound component. */
async function replicated(options: { standby: boolean; holders: readonly MemoryReplicaHolder[] }) {
  const source = counter('account')
  const makeStandbys = () => [counter('account')]
  const components = [source]
  const group = { name: 'account', components, ...(options.standby ? { makeStandbys } : {}) }
  const all = { clock, log: silentLog, groups: [group], holders: options.holders, reseedMs: 0 }
  const replicator = new StateReplicator(all)
  for (let number = 0; number <= last; number += 1) {
    if (number > 0 && isOurs(number)) {
      replicator.applying(raised(number))
      void source.onEvent(raised(number), { live: true, publish: () => undefined })
    }
    replicator.endOfBatch(number)
    await clock.turn()
  }
  return { replicator, source }
}

test('its own state comes first, where it is declared trustworthy', async () => {
  const component = at(last)
  const { manager } = await checkpointsAt(7)

  const report = await recover(component, { ownTrusted: true, checkpoints: manager })

  expect(report).toMatchObject({ source: 'own', number: last })
  expect(component.sum).toBe(sumTo(last))
})

test('a hot standby comes next, in the very same turn', async () => {
  const { replicator, source } = await replicated({ standby: true, holders: [] })
  source.sum = Number.NaN
  const { manager } = await checkpointsAt(7)

  const recovered = recover(source, { replicator, checkpoints: manager })

  expect(source.sum).toBe(sumTo(last))
  expect(await recovered).toMatchObject({ source: 'replica', number: last })
})

test('without a standby the newest replica of a buddy comes before the checkpoint', async () => {
  const holders = [new MemoryReplicaHolder({ name: 'buddy' })]
  const { replicator } = await replicated({ standby: false, holders })
  const { manager } = await checkpointsAt(7)
  const component = broken()

  const report = await recover(component, { replicator, checkpoints: manager })

  expect(report).toMatchObject({ source: 'replica', number: last })
  expect(component.sum).toBe(sumTo(last))
})

test('without a replica it is the newest checkpoint and the journal after it', async () => {
  const { manager } = await checkpointsAt(7, 12)
  const component = broken()

  const report = await recover(component, { checkpoints: manager })

  expect(report).toMatchObject({ source: 'checkpoint', number: last })
  expect(component).toMatchObject({ sum: sumTo(last), seen: at(last).seen })
})

test('a checkpoint that is ahead of the number is not used', async () => {
  const { manager } = await checkpointsAt(12)
  const component = broken()

  const report = await recover(component, { checkpoints: manager, number: () => 10 })

  expect(report).toMatchObject({ source: 'journal', number: 10 })
  expect(component.sum).toBe(sumTo(10))
})

test('without anything else it is the whole journal', async () => {
  const component = broken()

  const report = await recover(component, {})

  expect(report).toMatchObject({ source: 'journal', number: last })
  expect(component.sum).toBe(sumTo(last))
})

test('events that come meanwhile are caught up with before it counts as restored', async () => {
  const component = broken()
  let number = 6
  const journal = journalUpTo(last)
  const read: Journal['read'] = async function* (from) {
    for await (const records of journal.read(from)) {
      yield records
      number = Math.min(last, number + 1)
    }
  }
  const seen: number[] = []

  await recover(component, {
    number: () => number,
    journal: { ...journal, read },
    onRestored: (report) => seen.push(report.number, component.sum),
  })

  expect(seen).toEqual([7, sumTo(7)])
})

test('a checkpoint without the state of a component is not taken for one with it', async () => {
  const { manager } = await checkpointsAt(7)
  const [account, risk] = [broken(), { ...broken(), name: 'risk' }]

  const report = await recover(account, { checkpoints: manager, components: [account, risk] })

  expect(report.source).toBe('journal')
  expect([account.sum, risk.sum]).toEqual([sumTo(last), sumTo(last)])
})

test('a component that fails again on the same event is brought back from nothing', async () => {
  const { manager } = await checkpointsAt(7)
  const component = counter('account', ({ number }) => {
    if (number === 8) throw new Error('eight')
  })

  const recovered = recover(component, { checkpoints: manager })

  await expect(recovered).rejects.toMatchObject({ code: 'state-lost' })
  await expect(recovered).rejects.toMatchObject({
    cause: expect.objectContaining({ code: 'component-failed' }) as Error,
  })
})

test('a journal that begins later is no source without a checkpoint', async () => {
  const recovered = recover(broken(), { journal: journalUpTo(last, 5) })

  await expect(recovered).rejects.toMatchObject({
    code: 'state-lost',
    cause: expect.objectContaining({
      message: expect.stringContaining('record 5, and 1 is needed') as string,
    }) as Error,
  })
})

test('what was aborted ends with the reason it was aborted for', async () => {
  const abort = new AbortController()
  abort.abort(new Error('the deadline passed'))

  const recovered = recover(broken(), { signal: abort.signal })

  await expect(recovered).rejects.toThrow('the deadline passed')
})
