import { EventEmitter } from 'node:events'
import { type Component, Coordinator, type Event, passingEvent, Priority } from 'genesis/engine'
import type { Journal } from 'genesis/journal'
import { silentLog, systemClock } from 'genesis/runtime'
import type { Row } from '../row.ts'

/**
 * Events a second through the real coordinator: five rings, routing, error isolation and the
 * latency histogram, none of them left out. Node's EventEmitter with nothing around it stands
 * beside it for scale; it has no priorities, no bound, no isolation and no measurement.
 */
const EVENTS = 2_000_000
const BATCH = 1000

export async function run(): Promise<Row[]> {
  const bare = emitterRate()
  return [
    { name: 'EventEmitter, 1 listener, nothing around it', value: bare, unit: 'events/s' },
    await coordinatorRate('coordinator, one by one', 1),
    await coordinatorRate('coordinator, 1000 waiting at a time', BATCH),
    await backlogRate(),
  ].map((row) => ({ ...row, value: Math.round(row.value) }))
}

class Counting implements Component {
  readonly name = 'counting'
  readonly subscriptions = ['bench.tick', 'bench.burst']
  seen = 0
  #burst: () => void = () => undefined

  onBurst(burst: () => void): void {
    this.#burst = burst
  }

  onEvent(event: Event): void {
    if (event.topic === 'bench.burst') this.#burst()
    else this.seen += 1
  }
}

const priorities = [Priority.NORMAL, Priority.HIGH, Priority.LOW, Priority.CRITICAL]
const ticks: readonly Event[] = priorities.map((priority) =>
  passingEvent('bench.tick', { priority, time: 0, key: 'k', payload: null }),
)
const burst = passingEvent('bench.burst', {
  priority: Priority.CRITICAL,
  time: 0,
  key: 'k',
  payload: null,
})

async function coordinatorRate(name: string, batch: number): Promise<Row> {
  const { coordinator, component } = await started()
  const publishAll = () => {
    for (let index = 0; index < batch; index += 1) coordinator.publish(ticks[index & 3]!)
  }
  component.onBurst(publishAll)
  const work = () => {
    for (let sent = 0; sent < EVENTS; sent += batch) {
      if (batch === 1) coordinator.publish(ticks[sent & 3]!)
      else coordinator.publish(burst)
    }
  }
  work()
  await coordinator.settled()
  const before = component.seen
  const start = performance.now()
  work()
  await coordinator.settled()
  const seconds = (performance.now() - start) / 1000
  await coordinator.stop()
  return {
    name,
    value: (component.seen - before) / seconds,
    unit: 'events/s',
    target: '>= 5000000',
  }
}

/** A million events wait while it is measured how fast they leave. */
async function backlogRate(): Promise<Row> {
  const { coordinator, component } = await started()
  const waiting = 1_000_000
  component.onBurst(() => {
    for (let index = 0; index < waiting; index += 1) coordinator.publish(ticks[index & 3]!)
  })
  const start = performance.now()
  coordinator.publish(burst)
  await coordinator.settled()
  const seconds = (performance.now() - start) / 1000
  await coordinator.stop()
  const value = component.seen / seconds
  return { name: 'coordinator, backlog of 1 million', value, unit: 'events/s' }
}

async function started() {
  const coordinator = new Coordinator({
    clock: systemClock(),
    log: silentLog,
    openJournal: async () => emptyJournal,
    queueBound: 1 << 20,
  })
  const component = new Counting()
  coordinator.register(component)
  await coordinator.start()
  return { coordinator, component }
}

/** No durable event is published here, so nothing is ever appended. */
const emptyJournal: Journal = {
  append() {
    throw new Error('no durable events in this bench')
  },
  firstNumber: 1,
  lastNumber: 0,
  acknowledged: 0,
  flushed: async () => undefined,
  async *read() {},
  removeBefore: async () => 1,
  close: async () => undefined,
}

function emitterRate(): number {
  const emitter = new EventEmitter()
  let seen = 0
  emitter.on('tick', () => {
    seen += 1
  })
  const work = () => {
    for (let sent = 0; sent < EVENTS * 10; sent += 1) emitter.emit('tick', ticks[sent & 3])
  }
  work()
  seen = 0
  const start = performance.now()
  work()
  return seen / ((performance.now() - start) / 1000)
}
