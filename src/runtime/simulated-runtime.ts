import { type Log, silentLog } from './log.ts'
import { noNetwork } from './network.ts'
import { SimulatedResources } from './resources.ts'
import type { Runtime } from './runtime.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { SimulatedDisk, type SimulatedDiskOptions } from './simulated-disk.ts'
import { SimulatedWorkers } from './simulated-workers.ts'
import { createRandom } from './xoshiro-random.ts'

/**
 * A runtime without an outside: virtual time, a disk in memory, workers in this thread, no
 * network, silence. The same seed and the same inputs give the same run, byte for byte.
 */
export interface SimulatedRuntime extends Runtime {
  readonly clock: SimulatedClock
  readonly disk: SimulatedDisk
  readonly resources: SimulatedResources
}

export interface SimulatedRuntimeOptions {
  readonly seed?: number | string
  /** UTC milliseconds. */
  readonly startTime?: number
  readonly log?: Log
  /** Faults; by default a disk that never fails but, in a crash, loses what was not flushed. */
  readonly disk?: Omit<SimulatedDiskOptions, 'random' | 'latency'> & {
    readonly latencyMs?: { readonly min: number; readonly max: number }
  }
}

export function simulatedRuntime(options: SimulatedRuntimeOptions = {}): SimulatedRuntime {
  const { seed = 0, startTime = 0, log = silentLog } = options
  const random = createRandom(seed)
  const clock = new SimulatedClock(startTime)
  const { latencyMs, ...faults } = options.disk ?? {}
  const latency =
    latencyMs === undefined
      ? {}
      : { latency: { clock, minMs: latencyMs.min, maxMs: latencyMs.max } }
  const disk = new SimulatedDisk({ ...faults, ...latency, random: random.fork('disk') })
  const workers = new SimulatedWorkers(clock)
  const resources = new SimulatedResources()
  return { clock, random, disk, network: noNetwork, workers, resources, log }
}
