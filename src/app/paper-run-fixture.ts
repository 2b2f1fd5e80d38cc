import type { Disk, LogVolumeSettings, SimulatedResources } from '../runtime/index.ts'
import { simulatedRuntime, SimulatedDisk } from '../runtime/index.ts'
import type { SystemView } from '../server/index.ts'
import { demoStrategy, type Strategy } from '../trading/index.ts'
import { resolveConfig } from './config.ts'
import { PaperRun } from './paper-run.ts'
import type { PaperRunOptions } from './paper-system.ts'
import type { Settings } from './settings.ts'

/** Lives of one paper run on virtual time: each is a process of its own on the same disk. */
const { values: defaults } = resolveConfig({ flags: {}, environment: {}, file: null })
export const everything = { after: null, limit: 1_000 }

export class PaperLife {
  readonly run: PaperRun
  readonly options: PaperRunOptions
  readonly resources: SimulatedResources
  /** How much of the log was to be told, in turn. */
  readonly volumes: LogVolumeSettings[] = []
  readonly #clock: ReturnType<typeof simulatedRuntime>['clock']
  #view: SystemView | null = null

  constructor(options: {
    readonly disk?: Disk
    readonly life?: number
    readonly strategy?: Strategy
    readonly settings?: Partial<Settings>
    readonly segmentBytes?: number
  }) {
    const { disk = new SimulatedDisk({ losesNothing: true }), life = 1 } = options
    const startTime = Date.UTC(2026, 0, 5, life)
    const runtime = simulatedRuntime({ seed: `life ${life}`, startTime })
    this.#clock = runtime.clock
    this.resources = runtime.resources
    const logVolume = { setVolume: (volume: LogVolumeSettings) => void this.volumes.push(volume) }
    this.options = {
      runtime: { ...runtime, disk: ofOneProcess(disk), logVolume },
      process: {
        pid: life,
        identityOf: (pid: number) => (pid === life ? 'me' : undefined),
        upMs: () => 0,
        memory: () => ({ residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 }),
      },
      settings: { ...defaults, ...options.settings },
      strategy: options.strategy ?? demoStrategy,
      source: 'test',
      version: 'test',
      ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
    }
    this.run = new PaperRun(this.options)
  }

  get view(): SystemView {
    if (this.#view === null) throw new Error('start the run first')
    return this.#view
  }

  async start(): Promise<this> {
    const [view] = await Promise.all([this.run.start(), this.pass(1_000)])
    this.#view = view
    return this
  }

  pass(virtualMs: number): Promise<void> {
    return this.#clock.advance(virtualMs)
  }

  /** What the stop rejected with, or null. */
  async stop(): Promise<unknown> {
    const stopping = this.run.stop().then(
      () => null,
      (error: unknown) => error,
    )
    await this.pass(1_000)
    return stopping
  }
}

/** A process holds its locks by the disk it was given, so each life has its own. */
function ofOneProcess(disk: Disk): Disk {
  return new Proxy<Disk>(disk, {
    get(target, name: keyof Disk) {
      return target[name].bind(target)
    },
  })
}
