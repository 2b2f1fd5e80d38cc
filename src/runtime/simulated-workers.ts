import { messageOf } from './errors.ts'
import { pathToFileURL } from 'node:url'
import { assert } from './assert.ts'
import type { Clock, Timer } from './clock.ts'
import {
  type WorkerExit,
  type WorkerListener,
  type WorkerMain,
  type WorkerModule,
  type WorkerOptions,
  type WorkerPort,
  type Workers,
  type WorkerThread,
} from './workers.ts'

/**
 * Workers without threads: the same module runs in this one, on the clock it is given; messages
 * are copied and take their time. Code that spins would hold us too, so a spinning worker is one
 * that was frozen, and a leaking one is one that was told how much it holds.
 */
export class SimulatedWorkers implements Workers {
  /** Those that live, in order of their start. */
  readonly threads: SimulatedWorkerThread[] = []
  readonly #clock: Clock
  readonly #mains: ReadonlyMap<string, WorkerMain>

  /** Modules that are named in `mains` are not read from disk. */
  constructor(clock: Clock, mains: ReadonlyMap<string, WorkerMain> = new Map()) {
    this.#clock = clock
    this.#mains = mains
  }

  async load(path: string): Promise<WorkerModule> {
    const main = this.#mains.get(path) ?? (await mainOf(path))
    return { path, spawn: (options, listener) => this.#spawn(main, options, listener) }
  }

  #spawn(main: WorkerMain, options: WorkerOptions, listener: WorkerListener): WorkerThread {
    const thread = new SimulatedWorkerThread(this.#clock, main, options, {
      onMessage: (message) => listener.onMessage(message),
      onExit: (exit) => {
        this.threads.splice(this.threads.indexOf(thread), 1)
        listener.onExit(exit)
      },
    })
    this.threads.push(thread)
    return thread
  }
}

export class SimulatedWorkerThread implements WorkerThread {
  readonly name: string
  /** What the worker believes to hold. */
  memoryMb = 8
  readonly #clock: Clock
  readonly #listener: WorkerListener
  readonly #timers = new Set<Timer>()
  #handle: ((message: unknown) => void | Promise<void>) | null = null
  readonly #unheard: unknown[] = []
  #frozen = false
  #ended = false

  constructor(clock: Clock, main: WorkerMain, options: WorkerOptions, listener: WorkerListener) {
    this.name = options.name
    this.#clock = clock
    this.#listener = listener
    const data = structuredClone(options.data)
    this.#after(START_MS, () => this.#guard(() => this.#run(main, data)))
  }

  post(message: unknown): void {
    const copy = structuredClone(message)
    this.#after(MESSAGE_MS, () => {
      if (this.#handle) this.#guard(() => this.#handle?.(copy))
      else this.#unheard.push(copy)
    })
  }

  async terminate(): Promise<void> {
    this.end({ cause: 'terminated', reason: `the worker ${this.name} was terminated` })
  }

  /** It spins: nothing more is heard of it, and it hears nothing. */
  freeze(): void {
    this.#frozen = true
  }

  /** Its end as a fault. */
  end(exit: WorkerExit): void {
    if (this.#ended) return
    this.#ended = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    // As with a thread: the exit is told later, also to who asked for it.
    this.#clock.after(0, () => this.#listener.onExit(exit))
  }

  /** A worker that waits for nothing has ended. */
  async #run(main: WorkerMain, data: unknown): Promise<void> {
    await main(this.#port(data))
    if (this.#handle || this.#timers.size > 0) return
    this.end({ cause: 'ended', reason: `the worker ${this.name} ended by itself` })
  }

  #port(data: unknown): WorkerPort {
    return {
      data,
      clock: this.#ownClock(),
      memoryMb: () => this.memoryMb,
      post: (message: unknown) => {
        const copy = structuredClone(message)
        this.#after(MESSAGE_MS, () => this.#listener.onMessage(copy))
      },
      onMessage: (handle: (message: unknown) => void | Promise<void>) => {
        this.#handle = handle
        for (const message of this.#unheard.splice(0)) this.#guard(() => handle(message))
      },
    }
  }

  /** A clock whose timers end with the worker and stand still while it is frozen. */
  #ownClock(): Clock {
    const clock = this.#clock
    const after = (delayMs: number, run: () => void) => this.#after(delayMs, () => this.#guard(run))
    const every = (intervalMs: number, run: () => void) => {
      let timer = after(intervalMs, tick)
      function tick(): void {
        timer = after(intervalMs, tick)
        run()
      }
      return { cancel: () => timer.cancel() }
    }
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      after,
      every,
      sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
      turn: () => clock.turn(),
    }
  }

  #after(delayMs: number, run: () => void): Timer {
    if (this.#ended) return { cancel() {} }
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer)
      if (!this.#frozen) run()
    })
    this.#timers.add(timer)
    return {
      cancel: () => {
        this.#timers.delete(timer)
        timer.cancel()
      },
    }
  }

  #guard(run: () => unknown): void {
    const fail = (error: unknown) => {
      const said = messageOf(error)
      this.end({ cause: 'failed', reason: `the worker ${this.name} threw: ${said}` })
    }
    try {
      const result = run()
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}

async function mainOf(path: string): Promise<WorkerMain> {
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown }
  assert(typeof loaded.default === 'function', `the default export of ${path} is a function`)
  return loaded.default as WorkerMain
}

/** About what a thread takes, here and there. */
const START_MS = 30
const MESSAGE_MS = 0.05
