import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CheckpointManager,
  type Component,
  Coordinator,
  durableEvent,
  type Event,
  MemoryReplicaHolder,
  passingEvent,
  Priority,
  restoreState,
  type RestoreSource,
  savedStateOf,
  StateReplicator,
  type SupervisionEvent,
} from 'genesis/engine'
import { openJournal } from 'genesis/journal'
import { fileDisk, silentLog, systemClock } from 'genesis/runtime'
import type { Row } from '../row.ts'

/**
 * How long a component that threw is without its state, by where the state comes from: its hot
 * standby, the replica of a buddy, a checkpoint held in memory, a checkpoint on the real disk.
 * From publishing the event at which it throws until it takes events again; and what saving a
 * large state costs, the first time and when little of it changed.
 */
const ROUNDS = 1_000
const EVENTS = 500_000

export async function run(): Promise<Row[]> {
  const small = await replicaRows('state of 200 keys', 200)
  const large = await replicaRows('state of 100 KB', LARGE_KEYS)
  const kept = await checkpointRows()
  const rows = [...small, ...large, ...kept, ...(await savingRows()), ...(await rateRows())]
  return rows.map((row) => ({ ...row, value: Math.round(row.value * 10) / 10 }))
}

/** Orders by id, each event changes one of them. */
class Book implements Component {
  readonly name = 'book'
  readonly subscriptions = ['order.*']
  readonly essential = true
  orders = new Map<string, Order>()

  constructor(keys: number) {
    for (let key = 0; key < keys; key += 1) this.orders.set(`order-${key}`, order(key))
  }

  onEvent(event: Event): void {
    if (event.payload === null) {
      this.orders = new Map()
      throw new Error('no order to that')
    }
    const { id, filled } = event.payload as { id: string; filled: number }
    this.orders.set(id, { ...this.orders.get(id)!, filled })
  }

  snapshot(): unknown {
    return [...this.orders]
  }

  restore(state: unknown): void {
    this.orders = new Map(state as [string, Order][])
  }
}

interface Order {
  readonly symbol: string
  readonly price: string
  readonly quantity: string
  readonly filled: number
}

const BROKEN = passingEvent('order.broken', {
  priority: Priority.HIGH,
  time: 0,
  key: 'broken',
  payload: null,
})
const LARGE_KEYS = 1_150
const clock = systemClock()

function order(key: number): Order {
  return { symbol: 'BTCUSDT', price: `${50_000 + key}.25`, quantity: '0.0125', filled: key % 7 }
}

function filled(number: number, keys: number): Event {
  const payload = { id: `order-${number % keys}`, filled: number }
  const fields = { priority: Priority.HIGH, time: 0, key: `${number}`, payload }
  return durableEvent('order.filled', fields)
}

async function replicaRows(what: string, keys: number): Promise<Row[]> {
  const standby = await restored(keys, { hot: true, from: 'replica' })
  const buddy = await restored(keys, { hot: false, from: 'replica' })
  const name = `hot standby after a throw, ${what}`
  const p50: Row = { name: `${name}, p50`, value: at(standby, 0.5), unit: 'us' }
  return [
    keys === 200 ? { ...p50, target: '<= 50' } : p50,
    { name: `${name}, p99`, value: at(standby, 0.99), unit: 'us' },
    { name: `replica of a buddy, ${what}, p50`, value: at(buddy, 0.5), unit: 'us' },
  ]
}

async function checkpointRows(): Promise<Row[]> {
  const memory = await restored(LARGE_KEYS, { hot: false, from: 'checkpoint' })
  const kilobytes = Math.round(JSON.stringify(new Book(LARGE_KEYS).snapshot()).length / 1024)
  const name = `checkpoint of ${kilobytes} KB`
  return [
    { name: `${name}, newest, p50`, value: at(memory, 0.5), unit: 'us', target: '<= 1000' },
    { name: `${name}, newest, p99`, value: at(memory, 0.99), unit: 'us' },
    { name: `${name}, looked up on the disk, p50`, value: await lookedUp(), unit: 'us' },
  ]
}

/** The whole way: an event at which it throws, until it takes events again. */
async function restored(keys: number, of: { hot: boolean; from: RestoreSource }) {
  const folder = await mkdtemp(join(tmpdir(), 'genesis-bench-'))
  const disk = fileDisk()
  const book = new Book(keys)
  let onRestored: (event: SupervisionEvent) => void = () => undefined
  const coordinator = new Coordinator({
    clock,
    log: silentLog,
    openJournal: (listener) => openJournal({ disk, folder: join(folder, 'journal'), listener }),
    checkpoints: new CheckpointManager({
      disk,
      clock,
      log: silentLog,
      folder: join(folder, 'kept'),
    }),
    // Failing all the time is what this is about.
    groups: { book: { intensity: { restarts: 3, withinMs: 0.001 } } },
    ...(of.from === 'replica' ? { replication: replication(of.hot) } : {}),
    onSupervision: (event) => event.is === 'restored' && onRestored(event),
  })
  coordinator.register(book)
  if (of.hot) coordinator.standIns('book', () => [new Book(0)])
  await coordinator.start()
  const tookUs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let each = 0; each < 10; each += 1) coordinator.publish(filled(round * 10 + each, keys))
    await coordinator.settled()
    if (of.from === 'checkpoint') await coordinator.checkpoint()
    else if (!of.hot) await clock.turn()
    const back = new Promise<SupervisionEvent>((resolve) => (onRestored = resolve))
    const start = clock.monotonicMs()
    coordinator.publish(BROKEN)
    const event = await back
    tookUs.push((clock.monotonicMs() - start) * 1_000)
    expectState(event.is === 'restored' && event.reports[0]!.source === of.from)
    expectState(book.orders.size === keys)
  }
  await coordinator.stop()
  await rm(folder, { recursive: true })
  return tookUs.slice(ROUNDS / 10)
}

function replication(hot: boolean) {
  return { reseedMs: 0, holders: hot ? [] : [new MemoryReplicaHolder({ name: 'buddy' })] }
}

async function lookedUp(): Promise<number> {
  return withJournal(async (journal, folder) => {
    const options = { disk: fileDisk(), clock, log: silentLog, folder: join(folder, 'kept') }
    const book = new Book(LARGE_KEYS)
    const states = new Map([['book', savedStateOf(book)!]])
    await new CheckpointManager(options).save(journal, { number: 1, time: 0, states })
    const tookUs: number[] = []
    for (let round = 0; round < ROUNDS / 5; round += 1) {
      const start = clock.monotonicMs()
      const checkpoint = await new CheckpointManager(options).newest(journal)
      restoreState(book, checkpoint!.states.get('book')!)
      tookUs.push((clock.monotonicMs() - start) * 1_000)
    }
    return at(tookUs, 0.5)
  })
}

async function savingRows(): Promise<Row[]> {
  return withJournal(async (journal, folder) => {
    const options = { disk: fileDisk(), clock, log: silentLog, folder: join(folder, 'kept') }
    const checkpoints = new CheckpointManager(options)
    const book = new Book(LARGE_KEYS * 100)
    const save = async (number: number) => {
      const states = new Map([['book', { version: 1, text: JSON.stringify(book.snapshot()) }]])
      const saved = await checkpoints.save(journal, { number, time: 0, states })
      if (!saved.ok) throw new Error(saved.reason)
      return saved
    }
    const first = await save(1)
    book.onEvent(filled(1_234, LARGE_KEYS))
    const second = await save(2)
    return [
      { name: 'save a state of 10 MB', value: first.tookMs, unit: 'ms' },
      { name: 'save it again, one order changed', value: second.tookMs, unit: 'ms' },
      { name: 'save a state of 10 MB, written', value: first.bytes / 1024, unit: 'KB' },
      { name: 'save it again, one order changed, written', value: second.bytes / 1024, unit: 'KB' },
    ]
  })
}

/** What it costs the events themselves to be replicated, in batches of 100. */
async function rateRows(): Promise<Row[]> {
  const alone = await eventRate(false, 0)
  const standby = await eventRate(true, 0)
  const buddies = await eventRate(true, 5)
  return [
    { name: 'events to one component, not replicated', value: alone, unit: 'events/s' },
    { name: 'same, with a hot standby', value: standby, unit: 'events/s' },
    { name: 'same, with a hot standby and 5 buddies', value: buddies, unit: 'events/s' },
  ]
}

async function eventRate(hot: boolean, buddies: number): Promise<number> {
  const book = new Book(200)
  const makeStandbys = () => [new Book(0)]
  const group = { name: 'book', components: [book], ...(hot ? { makeStandbys } : {}) }
  const holders = Array.from({ length: buddies }, (_, index) => {
    return new MemoryReplicaHolder({ name: `buddy ${index}` })
  })
  const replicator = new StateReplicator({ clock, log: silentLog, groups: [group], holders })
  replicator.endOfBatch(0)
  await clock.turn()
  const events = Array.from({ length: EVENTS }, (_, index) => filled(index + 1, 200))
  const start = clock.monotonicMs()
  for (let from = 0; from < EVENTS; from += 100) {
    for (let index = from; index < from + 100; index += 1) {
      if (hot) replicator.applying(events[index]!)
      book.onEvent(events[index]!)
    }
    if (hot) replicator.endOfBatch(from + 100)
    await Promise.resolve()
    if (from % 1_000 === 0) await clock.turn()
  }
  return (EVENTS / (clock.monotonicMs() - start)) * 1_000
}

function at(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * part)]!
}

function expectState(holds: boolean): void {
  if (!holds) throw new Error('the component did not come back with its state')
}

async function withJournal<Result>(
  act: (journal: Awaited<ReturnType<typeof openJournal>>, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'genesis-bench-'))
  const journal = await openJournal({ disk: fileDisk(), folder: join(folder, 'journal') })
  try {
    for (const text of ['one', 'two']) journal.append(1, text)
    await journal.flushed()
    return await act(journal, folder)
  } finally {
    await journal.close()
    await rm(folder, { recursive: true })
  }
}
