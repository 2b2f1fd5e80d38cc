import type { ModeDecision } from '../engine/index.ts'
import type { Clock } from '../runtime/index.ts'
import type { ModeChangeView, ModeView } from '../server/index.ts'

/** The mode of the system and how it was come to: the latest changes, oldest first. */
export class ModeHistory {
  readonly #clock: Clock
  #current: ModeView
  #changes: readonly ModeChangeView[] = []

  constructor(clock: Clock, starting: ModeDecision) {
    this.#clock = clock
    this.#current = this.#view(starting)
  }

  get current(): ModeView {
    return this.#current
  }

  get changes(): readonly ModeChangeView[] {
    return this.#changes
  }

  entered(decision: ModeDecision): void {
    const from = this.#current.mode
    this.#current = this.#view(decision)
    const { mode: to, since: time, reason } = this.#current
    this.#changes = [...this.#changes, { time, from, to, reason }].slice(-CHANGES_KEPT)
  }

  #view({ mode, reason }: ModeDecision): ModeView {
    return { mode, since: this.#clock.now(), reason: mode === 'NORMAL' ? null : reason }
  }
}

const CHANGES_KEPT = 50
