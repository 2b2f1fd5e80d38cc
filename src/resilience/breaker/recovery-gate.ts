import type { Call } from '../attempt.ts'
import type { Chance } from '../isolated-random.ts'
import type { Recovering } from './next.ts'
import { type Lease, ProbeLeases } from './probe-leases.ts'
import { Ramp } from './ramp.ts'
import type { Rules } from './rules.ts'

/**
 * Who gets through to a dependency that is coming back: leased probes first, then the ramp's share.
 * HALF_OPEN refuses the others; ETERNAL answers them from elsewhere, and sends its probes at
 * intervals instead of as soon as somebody asks.
 *
 * A probe may be cut although the side is there, only slower than it was. So each probe that is cut
 * makes the next more patient: it may take twice as long, up to what its caller can wait. Without
 * that a side that came back slower would be shut out for ever. ETERNAL sends one patient probe at
 * a time and short ones beside it, so that a side that hung and is fast again is found at once; of
 * a short one that is cut nothing is learned.
 *
 * Made with the first trip: most circuits never need one.
 */
export class RecoveryGate {
  /** Probes cut in a row, each at the patience there was. */
  patience = 0
  readonly #rules: Rules
  readonly #leases: ProbeLeases
  readonly #ramp = new Ramp()
  #nextProbeAtMs = 0
  /** `mayTryLive` has said yes for a call that has not asked to be admitted yet. */
  #isPromised = false

  constructor(rules: Rules) {
    this.#rules = rules
    this.#leases = new ProbeLeases(rules.probes)
  }

  get expiredProbes(): number {
    return this.#leases.expired
  }

  /** Recovery starts, or starts over. */
  reset(nowMs: number, random: Chance): void {
    this.#leases.clear()
    this.#isPromised = false
    this.#planProbe(nowMs, random)
  }

  /** With how much patience this call may be one that decides; undefined: it may not. */
  admits(
    { state, recovery }: Recovering,
    ticket: number,
    nowMs: number,
    random: Chance,
    takesMs: AttemptTime | undefined,
  ): number | undefined {
    if (recovery.step > 0) {
      return this.#takePromise() || this.#rampAdmits(recovery.step) ? this.patience : undefined
    }
    if (state === 'HALF_OPEN') return this.#lend(ticket, nowMs, takesMs, this.patience)
    if (!this.#isProbeDue(nowMs)) return undefined
    this.#planProbe(nowMs, random)
    const patience = this.#isShort(nowMs, takesMs) ? 0 : this.patience
    return this.#lend(ticket, nowMs, takesMs, patience)
  }

  giveBack(ticket: number, nowMs: number): Lease | undefined {
    return this.#leases.giveBack(ticket, nowMs)
  }

  /** False: a probe with less patience than there is was cut, and that is no news. */
  isNews(lease: Lease | undefined): boolean {
    return lease === undefined || lease.patience >= this.patience
  }

  grow(): void {
    if (this.patience < patienceMax) this.patience++
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

  /** A lease lasts as long as its probe may take: one that may still answer has not run out. */
  #lend(
    ticket: number,
    nowMs: number,
    takesMs: AttemptTime | undefined,
    patience: number,
  ): number | undefined {
    const allowedMs = (takesMs?.(patience) ?? Infinity) + leaseMarginMs
    const { probeLeaseMs } = this.#rules
    const leaseMs = allowedMs < Infinity ? Math.max(probeLeaseMs, allowedMs) : probeLeaseMs
    return this.#leases.lend(ticket, nowMs, leaseMs, patience) ? patience : undefined
  }

  #isShort(nowMs: number, takesMs: AttemptTime | undefined): boolean {
    const isLonger = takesMs !== undefined && takesMs(0) < takesMs(this.patience)
    return isLonger && this.#leases.isOut(this.patience, nowMs)
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
  #planProbe(nowMs: number, random: Chance): void {
    this.#nextProbeAtMs = nowMs + this.#rules.probeEveryMs * (0.8 + 0.4 * random.next())
  }

  #rampAdmits(step: number): boolean {
    return this.#ramp.admits(step, this.#rules.ramp[step - 1]!)
  }
}

/** How long an attempt of this patience may take; `Infinity` when nobody says. */
export type AttemptTime = (patience: number) => number

/** Nobody waits for a probe after its caller's deadline. */
export function attemptTime(call: Call): AttemptTime {
  const { probes } = call.home
  return (patience) => Math.min(probes?.probeMs(patience) ?? Infinity, call.callDeadlineLeftMs)
}

/** A thousandfold: a minute, from a tenth of a second on. */
const patienceMax = 10
/** A timer may be late, and a hedge a little later than its first attempt. */
const leaseMarginMs = 500
