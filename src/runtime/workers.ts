import type { Clock } from './clock.ts'

/**
 * Threads as an argument: what spins, leaks or must not share our fate runs in one of its own.
 *
 * What holds: messages arrive in order, copied; an exit is told once, whatever its cause, and
 * after it no message; `terminate` ends also what never gives the thread back; one worker's end
 * touches no other. The simulated form runs the same module in this thread, on virtual time.
 */
export interface Workers {
  /** Reads the module at this path once; its default export is a `WorkerMain`. */
  load(path: string): Promise<WorkerModule>
}

export interface WorkerModule {
  readonly path: string
  spawn(options: WorkerOptions, listener: WorkerListener): WorkerThread
}

export interface WorkerOptions {
  /** For people: in logs and stack traces. */
  readonly name: string
  /** What the worker finds as `port.data`: copied. */
  readonly data?: unknown
  /** The heap at which the worker is ended as `out-of-memory`. Default 256. */
  readonly memoryMaxMb?: number
}

export interface WorkerThread {
  /** A copy for the worker; nothing once it has ended. */
  post(message: unknown): void
  /** Resolves when the thread is gone. */
  terminate(): Promise<void>
}

export interface WorkerListener {
  onMessage(message: unknown): void
  onExit(exit: WorkerExit): void
}

export interface WorkerExit {
  readonly cause: 'ended' | 'failed' | 'out-of-memory' | 'terminated'
  /** One sentence for people. */
  readonly reason: string
}

/** What a worker's module exports by default. It returns; its messages keep it alive. */
export type WorkerMain = (port: WorkerPort) => void | Promise<void>

/** The inside of a worker: all it may ask of its thread. */
export interface WorkerPort {
  readonly data: unknown
  readonly clock: Clock
  /** What this worker holds, its buffers included. */
  memoryMb(): number
  post(message: unknown): void
  /** What `handle` throws or rejects with ends the worker. */
  onMessage(handle: (message: unknown) => void | Promise<void>): void
}

export const workerMemoryMaxMb = 256

/** A runtime without threads: asking it for one is a programmer's error. */
export const noWorkers: Workers = {
  load: () => Promise.reject(new Error('this runtime has no workers')),
}
