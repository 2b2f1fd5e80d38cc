/**
 * Three components fall ill: one throws, one hangs, one leaks. Each is seen, isolated and brought
 * back with its state, while a fourth one goes on as if nothing had happened.
 *
 *   npx tsx examples/self-healing.ts
 */
import { fileURLToPath } from 'node:url'
import {
  durableEvent,
  passingEvent,
  Priority,
  type SupervisionEvent,
  superviseSelfMending,
  Supervisor,
  WorkerComponent,
} from 'genesis/engine'
import { silentLog, systemClock, systemWorkers } from 'genesis/runtime'

const TICKS = 150
const illnesses = { pricing: 'ill.throws', signals: 'ill.hangs', history: 'ill.leaks' }

const clock = systemClock()
const startedAt = clock.monotonicMs()
const say = (who: string, what: string) => {
  const time = `${Math.round(clock.monotonicMs() - startedAt)} ms`
  console.log(`${time.padStart(8)}  ${who.padEnd(8)}  ${what}`)
}
const supervisor = new Supervisor({ clock, log: silentLog, onEvent: tell })
const context = { live: true, publish: () => undefined }
const components: WorkerComponent[] = []
for (const name of Object.keys(illnesses)) {
  const component = await WorkerComponent.load({
    name,
    subscriptions: ['tick', 'ill.*'],
    essential: true,
    workers: systemWorkers(),
    module: fileURLToPath(new URL('sick-component.ts', import.meta.url)),
    clock,
    log: silentLog,
    reportEvery: 10, // its state comes over every ten events; what follows is kept and given again
    limits: { heartbeatMs: 50, silentMs: 400, memoryMaxMb: 64 },
  })
  superviseSelfMending(supervisor, component)
  component.start(context)
  components.push(component)
}

let number = 0
let healthySum = 0
let longestPauseMs = 0
let tickedAt = clock.monotonicMs()
for (let tick = 1; tick <= TICKS; tick += 1) {
  await clock.sleep(20)
  longestPauseMs = Math.max(longestPauseMs, clock.monotonicMs() - tickedAt)
  tickedAt = clock.monotonicMs()
  number += 1
  const of = { priority: Priority.NORMAL, time: clock.now(), key: `${tick}`, payload: tick }
  const event = { ...durableEvent('tick', of), number }
  healthySum += tick
  for (const component of components) {
    component.onEvent(event, context)
    if (tick === 40) fallIll(component)
  }
}

function fallIll(component: WorkerComponent): void {
  const topic = illnesses[component.name as keyof typeof illnesses]
  say(component.name, `is given what makes it ill: ${topic}`)
  const of = { priority: Priority.NORMAL, time: clock.now(), key: '', payload: null }
  component.onEvent(passingEvent(topic, of), context)
}

function tell(event: SupervisionEvent): void {
  switch (event.is) {
    case 'failed':
      return say(event.name, `detected: ${event.reason}`)
    case 'suspended': {
      const wait = event.delayMs === 0 ? 'at once' : `in ${event.delayMs} ms`
      return say(event.names.join(), `isolated: its worker is ended, a new one starts ${wait}`)
    }
    case 'restored':
      for (const { source, number: at, tookMs } of event.reports) {
        const state = `${source} state, at number ${at}`
        say(event.names.join(), `restored: ${state}, in ${Math.round(tookMs)} ms`)
      }
      return
    case 'escalated':
      return say(event.group, `escalated to the ${event.to}: ${event.reason}`)
    case 'gave-up':
      return say(event.names.join(), `given up: ${event.reason}`)
  }
}

console.log(`\nafter ${TICKS} ticks, sum expected ${healthySum}`)
for (const component of components) {
  const sum = await component.onRequest({ name: 'sum', parameters: {} })
  const { workers, setAside } = component.status()
  const [status] = supervisor
    .status()
    .groups.find(({ name }) => name === component.name)!.components
  const what = `${workers} workers, ${setAside} event set aside, ${status!.state}`
  console.log(`  ${component.name.padEnd(8)}  sum ${String(sum)}  (${what})`)
  component.stop()
}
const healthy = `its longest pause ${Math.round(longestPauseMs)} ms between ticks of 20 ms`
console.log(`  healthy   sum ${healthySum}  (${healthy})`)
supervisor.stop()
