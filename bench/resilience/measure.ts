import { cpuUsage } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Held, Subject } from './subject.ts'

/**
 * How a subject is measured. Calls follow one another, each awaited, as in a program that needs
 * one answer before the next question; the loop around them is part of the figure, and the bare
 * `await` measured beside says how large that part is. Nothing waits here, so wall time and CPU
 * time are the same on a quiet machine and the smaller one is right on a busy one. The fastest pass
 * counts: each is long enough to pay for its own garbage.
 */
export async function nanosecondsEach(subject: Subject): Promise<number> {
  const calls = await callsIn(subject, PASS_MS)
  const passes: number[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const cpu = cpuUsage()
    const start = performance.now()
    await callOver(subject, calls)
    const wallMs = performance.now() - start
    const { user, system } = cpuUsage(cpu)
    passes.push((Math.min(wallMs, (user + system) / 1_000) * 1e6) / calls)
  }
  return Math.min(...passes)
}

/** The child that measures this has so large a nursery that nothing is collected meanwhile. */
export async function bytesEach(subject: Subject): Promise<number> {
  const calls = Math.ceil((await callsIn(subject, PASS_MS)) / 20)
  for (let pass = 0; pass < PASSES; pass++) await callOver(subject, calls * 4)
  const passes: number[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    collect()
    const before = process.memoryUsage().heapUsed
    await callOver(subject, calls)
    passes.push((process.memoryUsage().heapUsed - before) / calls)
  }
  return passes.sort((a, b) => a - b)[PASSES >> 1]!
}

/** Bytes of heap that one instance keeps, of ten thousand. */
export async function bytesHeld(make: () => Held, used: boolean): Promise<number> {
  const held: Held[] = Array.from({ length: HELD })
  for (let index = 0; index < 100; index++) await make().call()
  await turns()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < HELD; index++) held[index] = make()
  if (used) for (const one of held) await one.call()
  await turns()
  collect()
  const kept = process.memoryUsage().heapUsed - before
  if (held.length !== HELD) throw new Error('the instances were not held')
  return kept / HELD
}

/** Share of one core, in percent, that ten thousand instances take while nobody calls them. */
export async function idleCpu(make: () => Held): Promise<number> {
  const held = Array.from({ length: HELD }, make)
  for (const one of held) await one.call()
  await sleep(SETTLE_MS)
  const before = cpuUsage()
  await sleep(IDLE_MS)
  const { user, system } = cpuUsage(before)
  if (held.length !== HELD) throw new Error('the instances were not held')
  return (user + system) / (IDLE_MS * 10)
}

/** How many timers an instance starts for itself: made, not called. */
export function timersEach(make: () => Held): number {
  const { setTimeout: timeout, setInterval: interval } = globalThis
  let started = 0
  const counting = <Start extends (...args: never[]) => unknown>(start: Start): Start =>
    new Proxy(start, {
      apply: (target, self, args) => {
        started++
        return Reflect.apply(target, self, args) as unknown
      },
    })
  globalThis.setTimeout = counting(timeout)
  globalThis.setInterval = counting(interval)
  const held = Array.from({ length: 100 }, make)
  globalThis.setTimeout = timeout
  globalThis.setInterval = interval
  return started / held.length
}

/** Bytes of heap left behind by each of many calls under one long-lived parent signal. */
export async function bytesKept(call: (parent: AbortSignal) => PromiseLike<unknown>) {
  const parent = new AbortController().signal
  for (let index = 0; index < 1_000; index++) await call(parent)
  await turns()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < SIGNALLED; index++) await call(parent)
  await turns()
  collect()
  return (process.memoryUsage().heapUsed - before) / SIGNALLED
}

const PASSES = 5
const PASS_MS = 100
const HELD = 10_000
const SETTLE_MS = 1_500
const IDLE_MS = 2_000
const SIGNALLED = 50_000
const CALLS_MAX = 500_000

/** Warms up, and finds how many calls take `ms`. */
async function callsIn(subject: Subject, ms: number): Promise<number> {
  for (let calls = 2; ; calls *= 2) {
    const start = performance.now()
    await callOver(subject, calls)
    const took = performance.now() - start
    if (took >= ms / 2) return Math.min(CALLS_MAX, Math.ceil((calls * ms) / took))
    if (calls >= CALLS_MAX) return CALLS_MAX
  }
}

async function callOver(subject: Subject, calls: number): Promise<void> {
  let rejections = 0
  for (let index = 0; index < calls; index++) {
    try {
      await subject.call()
    } catch {
      rejections++
    }
  }
  const expected = subject.answers === 'rejection' ? calls : 0
  if (rejections !== expected) {
    throw new Error(`${rejections} of ${calls} calls were rejected, not ${expected}`)
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await sleep(1)
}

function collect(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  globalThis.gc()
  globalThis.gc()
}
