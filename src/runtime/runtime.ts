import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Log } from './log.ts'
import type { Network } from './network.ts'
import type { Random } from './random.ts'
import type { Resources } from './resources.ts'
import type { Workers } from './workers.ts'

/**
 * Everything the product may ask of the outside world, in one argument.
 *
 * The real form is made once at the entry (`systemRuntime`), the simulated one by tests and by
 * the simulator (`simulatedRuntime`); no code asks which of the two it was handed.
 */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  readonly disk: Disk
  readonly network: Network
  readonly workers: Workers
  readonly resources: Resources
  readonly log: Log
}
