import { defaultBackoff, type RestartBackoff } from './restart-backoff.ts'
import { defaultIntensity, type RestartIntensity } from './restart-intensity.ts'
import type { SupervisedChild } from './supervised-child.ts'
import type { SupervisionStrategy } from './supervised.ts'

/** Components that stand and fall by one strategy, in start order, and the limits they have. */
export class SupervisionGroup {
  readonly name: string
  readonly strategy: SupervisionStrategy
  readonly intensity: RestartIntensity
  readonly backoff: RestartBackoff
  readonly restoreDeadlineMs: number
  readonly children: SupervisedChild[] = []
  /** Monotonic times of recent restarts of the group as a whole. */
  recent: readonly number[] = []

  constructor(name: string, options: SupervisionGroupOptions = {}) {
    this.name = name
    this.strategy = options.strategy ?? 'one-for-all'
    this.intensity = options.intensity ?? defaultIntensity
    this.backoff = options.backoff ?? defaultBackoff
    this.restoreDeadlineMs = options.restoreDeadlineMs ?? 10_000
  }

  /** Whom a fault of this child takes along, in start order, itself included. */
  affectedBy(child: SupervisedChild): readonly SupervisedChild[] {
    if (this.strategy === 'one-for-one') return [child]
    if (this.strategy === 'one-for-all') return this.children
    return this.children.slice(this.children.indexOf(child))
  }
}

export interface SupervisionGroupOptions {
  /** Default `one-for-all`: components are put into one group because they need each other. */
  readonly strategy?: SupervisionStrategy
  /** Of each component, and of the whole group. Default: 3 restarts within 10 s. */
  readonly intensity?: RestartIntensity
  readonly backoff?: RestartBackoff
  /** For all that are restored together. Default 10 s. */
  readonly restoreDeadlineMs?: number
}
