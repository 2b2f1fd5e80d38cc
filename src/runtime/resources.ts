/**
 * What the process uses of the machine, as an argument: asked for, never pushed.
 *
 * What holds: a sample covers the time since the one before it, so that nothing between two is
 * missed; taking one is cheap enough for once a second; after `stop` nothing is left running.
 */
export interface Resources {
  /** Begins to measure. */
  watch(): ResourceWatch
}

export interface ResourceWatch {
  take(): ResourceSample
  stop(): void
}

export interface ResourceSample {
  /** How long the time was that it covers. */
  readonly overMs: number
  /** How late timers ran: nine in ten were no later. */
  readonly loopLagMs: number
  readonly loopLagMsMax: number
  /** The part of the time in which the event loop was at work, 0 to 1. */
  readonly loopShare: number
  /** Processor time of all threads over time passed; may pass 1. */
  readonly cpuShare: number
  readonly heapUsedBytes: number
  /** At which the process ends for want of memory. */
  readonly heapMaxBytes: number
  readonly residentBytes: number
  /** Of the container, or of the machine. */
  readonly memoryMaxBytes: number
  /** Sockets, files, timers and what else keeps the process alive. */
  readonly handles: number
}

/** An idle process: samples and simulations begin from it. */
export const idleSample: ResourceSample = {
  overMs: 1_000,
  loopLagMs: 0,
  loopLagMsMax: 0,
  loopShare: 0,
  cpuShare: 0,
  heapUsedBytes: 2 ** 25,
  heapMaxBytes: 2 ** 32,
  residentBytes: 2 ** 26,
  memoryMaxBytes: 2 ** 34,
  handles: 10,
}

/** What a test or a simulation says the process uses. */
export class SimulatedResources implements Resources {
  sample: ResourceSample = idleSample
  watches = 0

  use(sample: Partial<ResourceSample>): void {
    this.sample = { ...this.sample, ...sample }
  }

  watch(): ResourceWatch {
    this.watches++
    return { take: () => this.sample, stop: () => void this.watches-- }
  }
}
