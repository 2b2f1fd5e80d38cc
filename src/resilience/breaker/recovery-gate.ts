import type { Random } from '../../runtime/index.ts'
import type { Recovering } from './next.ts'
import { ProbeLeases } from './probe-leases.ts'
import { Ramp } from './ramp.ts'
import type { Rules } from './rules.ts'

/**
 * Who gets through to a dependency that is coming back: leased probes first, then the ramp's share.
 * HALF_OPEN refuses the others; ETERNAL answers them from elsewhere, and sends its probes at
 * intervals instead of as soon as somebody asks.
 *
 * Made with the first trip: most circuits never need one.
 */
export class RecoveryGate {
  readonly #rules: Rules
  readonly #leases: ProbeLeases
  readonly #ramp = new Ramp()
  #nextProbeAtMs = 0
  /** `mayTryLive` has said yes for a call that has not asked to be admitted yet. */
  #isPromised = false

  constructor(rules: Rules) {
    this.#rules = rules
    this.#leases = new ProbeLeases(rules.probes, rules.probeLeaseMs)
  }

  get expiredProbes(): number {
    return this.#leases.expired
  }

  /** Recovery starts, or starts over. */
  reset(nowMs: number, random: Random): void {
    this.#leases.clear()
    this.#isPromised = false
    this.#planProbe(nowMs, random)
  }

  /** Whether this call may be one that decides. */
  admits({ state, recovery }: Recovering, ticket: number, nowMs: number, random: Random): boolean {
    if (recovery.step > 0) return this.#takePromise() || this.#rampAdmits(recovery.step)
    if (state === 'HALF_OPEN') return this.#leases.lend(ticket, nowMs)
    if (!this.#isProbeDue(nowMs)) return false
    this.#planProbe(nowMs, random)
    return this.#leases.lend(ticket, nowMs)
  }

  /** True when the ticket held a lease, and in time. */
  giveBack(ticket: number, nowMs: number): boolean {
    return this.#leases.giveBack(ticket, nowMs)
  }

  /** Asked before a call goes the way on which it may be admitted; said once, it is kept. */
  mayTryLive({ recovery }: Recovering, nowMs: number): boolean {
    if (this.#isPromised) return true
    if (recovery.step === 0) return this.#isProbeDue(nowMs)
    this.#isPromised = this.#rampAdmits(recovery.step)
    return this.#isPromised
  }

  waitMs({ state, recovery }: Recovering, nowMs: number): number {
    return state === 'HALF_OPEN' && recovery.step === 0 ? this.#leases.waitMs(nowMs) : 0
  }

  #takePromise(): boolean {
    const isPromised = this.#isPromised
    this.#isPromised = false
    return isPromised
  }

  #isProbeDue(nowMs: number): boolean {
    return nowMs >= this.#nextProbeAtMs && this.#leases.isFree(nowMs)
  }

  /** A fifth earlier or later than the interval, so that many circuits do not probe together. */
  #planProbe(nowMs: number, random: Random): void {
    this.#nextProbeAtMs = nowMs + this.#rules.probeEveryMs * (0.8 + 0.4 * random.next())
  }

  #rampAdmits(step: number): boolean {
    return this.#ramp.admits(step, this.#rules.ramp[step - 1]!)
  }
}
