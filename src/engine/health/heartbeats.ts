import { assert } from '../../runtime/index.ts'
import type { HealthInputs } from './health-score.ts'
import { PhiAccrual, type PhiAccrualOptions } from './phi-accrual.ts'

/** Everybody who gives heartbeats, such as components in Workers, with how suspicious each is. */
export class Heartbeats {
  readonly #watched = new Map<string, { readonly essential: boolean; readonly phi: PhiAccrual }>()

  /** Watching anew forgets what was: a Worker that was replaced begins without suspicion. */
  watch(name: string, options: PhiAccrualOptions & { readonly essential: boolean }): void {
    assert(this.#watched.size < WATCHED_MAX, `more than ${WATCHED_MAX} give heartbeats`)
    const { essential } = options
    this.#watched.set(name, { essential, phi: new PhiAccrual(options) })
  }

  unwatch(name: string): void {
    this.#watched.delete(name)
  }

  /** Of one that is not watched, or no longer, it says nothing. */
  heartbeat(name: string, nowMs: number): void {
    this.#watched.get(name)?.phi.heartbeat(nowMs)
  }

  suspects(nowMs: number): HealthInputs['suspects'] {
    return [...this.#watched].map(([name, { essential, phi }]) => ({
      name,
      essential,
      phi: phi.phi(nowMs),
    }))
  }
}

const WATCHED_MAX = 10_000
