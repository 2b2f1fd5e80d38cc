/**
 * Four essential components add up the same ticks. Three fall ill: `pricing` throws with its state
 * in ruins, `signals` hangs in an endless loop, `history` leaks memory. Each is seen, isolated and
 * brought back with its state, while `ledger` goes on as if nothing had happened.
 *
 *   npx tsx examples/self-healing.ts
 */
import { fileURLToPath } from 'node:url'
import {
  Coordinator,
  durableEvent,
  passingEvent,
  Priority,
  type SupervisionEvent,
  WorkerComponent,
} from 'genesis/engine'
import { openJournal } from 'genesis/journal'
import { silentLog as log, SimulatedDisk, systemClock, systemWorkers } from 'genesis/runtime'
import { Adder } from './sick-component.ts'

const clock = systemClock()
const disk = new SimulatedDisk() // `fileDisk()` for a journal that outlives the process
const coordinator = new Coordinator({
  clock,
  log,
  openJournal: (listener) =>
    openJournal({ disk, folder: 'journal', segmentBytes: 1_048_576, listener }),
  replication: { holders: [] }, // hot standbys in this process, and no copies elsewhere
  groups: { signals: { intensity: { restarts: 5, withinMs: 10_000 } } },
  onSupervision: tell,
  onMode: ({ mode, reason }) => say('system', `${mode}: ${reason}`),
})

// The same thread: what only throws cannot harm the others. Its hot standby applies what it does.
const pricing = () => new Adder('pricing', ['tick', 'ill.throws'])
const ledger = new Adder('ledger', ['tick'])
coordinator.register(ledger)
coordinator.register(pricing())
coordinator.standIns('pricing', () => [pricing()])
// A thread of its own: what hangs or leaks holds nobody up there, and can be ended.
const inWorkers = { signals: 'ill.hangs', history: 'ill.leaks' }
for (const [name, illness] of Object.entries(inWorkers)) {
  const component = await WorkerComponent.load({
    name,
    subscriptions: ['tick', illness],
    essential: true,
    workers: systemWorkers(),
    module: fileURLToPath(new URL('sick-component.ts', import.meta.url)),
    clock,
    log,
    reportEvery: 10, // its state comes over every ten events; what follows is kept and given again
    limits: { heartbeatMs: 50, silentMs: 400, memoryMaxMb: 64 },
  })
  coordinator.register(component)
}
await coordinator.start()

const startedMs = clock.monotonicMs()
const countedWhenIll = new Map<string, number>()
let longestPauseMs = 0
let tick = 0
for (let tickedMs = startedMs; tick < 120 || (!isNormal() && tick < 1_000);) {
  await clock.sleep(20)
  tick += 1
  longestPauseMs = Math.max(longestPauseMs, clock.monotonicMs() - tickedMs)
  tickedMs = clock.monotonicMs()
  const of = { priority: Priority.NORMAL, time: clock.now(), key: `${tick}`, payload: tick }
  coordinator.publish(durableEvent('tick', of))
  if (tick !== 40) continue
  for (const illness of ['ill.throws', 'ill.hangs', 'ill.leaks']) {
    coordinator.publish(passingEvent(illness, of))
  }
}

function isNormal(): boolean {
  const { components, mode } = coordinator.status()
  return mode.mode === 'NORMAL' && components.every(({ state }) => state === 'running')
}

function say(who: string, what: string): void {
  const time = `${Math.round(clock.monotonicMs() - startedMs)} ms`
  console.log(`${time.padStart(8)}  ${who.padEnd(8)} ${what}`)
}

function tell(event: SupervisionEvent): void {
  switch (event.is) {
    case 'failed':
      if (!countedWhenIll.has(event.name)) countedWhenIll.set(event.name, ledger.snapshot().ticks)
      return say(event.name, `detected: ${event.reason}`)
    case 'suspended':
      return say(event.names.join(), `isolated, and to be restored in ${event.delayMs} ms`)
    case 'restored':
      return event.names.forEach((name, index) => {
        const { source, number, tookMs } = event.reports[index]!
        const meanwhile = ledger.snapshot().ticks - countedWhenIll.get(name)!
        const others = `meanwhile the ledger counted ${meanwhile} ticks`
        const took = `${tookMs.toFixed(1)} ms`
        say(name, `restored: ${source} state, at number ${number}, in ${took}; ${others}`)
      })
    case 'escalated':
      return say(event.group, `escalated to the ${event.to}: ${event.reason}`)
    case 'gave-up':
      return say(event.names.join(), `given up: ${event.reason}`)
  }
}

await coordinator.settled()
console.log(
  `\nafter ${tick} ticks, the ledger's longest pause was ${Math.round(longestPauseMs)} ms`,
)
for (const { name, state, restarts } of coordinator.status().components) {
  const answer = await coordinator.ask(name, { name: 'state', parameters: {} }, { effect: 'read' })
  const { ticks, sum } = (answer.ok ? answer.value : {}) as ReturnType<Adder['snapshot']>
  const isWhole = ticks === tick && sum === ledger.snapshot().sum ? 'nothing lost' : 'not the same'
  const now = `${state} after ${restarts} restarts, ${ticks} ticks, sum ${sum}`
  console.log(`  ${name.padEnd(8)} ${now}: ${isWhole}`)
}
await coordinator.stop()
