/**
 * The permits of probes: each is lent to a ticket for a time. A probe that never settles costs
 * its permit for that time and no more.
 *
 * A lease that ran out frees its place, and is remembered: whoever gives no time for an attempt may
 * still answer, and an answer says that the side is there, however late it comes. Not to count it
 * would shut out for ever a side that takes longer than a lease.
 */
export class ProbeLeases {
  /** Lent, and not brought back in time. */
  expired = 0
  readonly #places: (Lease | undefined)[]
  /** The latest whose place was taken by another. */
  #overdue: readonly Lease[] = []

  constructor(leases: number) {
    this.#places = new Array<Lease | undefined>(leases).fill(undefined)
  }

  isFree(nowMs: number): boolean {
    return this.#free(nowMs) >= 0
  }

  /** False: all are out. */
  lend(ticket: number, nowMs: number, leaseMs: number, patience: number): boolean {
    const place = this.#free(nowMs)
    if (place < 0) return false
    const before = this.#places[place]
    if (before !== undefined) this.#overdue = [...this.#overdue.slice(1 - overdueMax), before]
    if (before !== undefined) this.expired++
    this.#places[place] = { ticket, untilMs: nowMs + leaseMs, patience, isOverdue: false }
    return true
  }

  /** Undefined when the ticket never held a lease, or has given it back. */
  giveBack(ticket: number, nowMs: number): Lease | undefined {
    const place = this.#places.findIndex((lease) => lease?.ticket === ticket)
    const lease = this.#places[place]
    if (lease === undefined) return this.#giveBackOverdue(ticket)
    this.#places[place] = undefined
    if (nowMs < lease.untilMs) return lease
    this.expired++
    return { ...lease, isOverdue: true }
  }

  /** Whether one of at least this patience is out, and in time. */
  isOut(patience: number, nowMs: number): boolean {
    return this.#places.some(
      (lease) => lease !== undefined && lease.patience >= patience && nowMs < lease.untilMs,
    )
  }

  clear(): void {
    this.#places.fill(undefined)
    this.#overdue = []
  }

  /** Milliseconds until a lease is free. */
  waitMs(nowMs: number): number {
    if (this.isFree(nowMs)) return 0
    return Math.min(...this.#places.map((lease) => lease!.untilMs)) - nowMs
  }

  #giveBackOverdue(ticket: number): Lease | undefined {
    const lease = this.#overdue.find((one) => one.ticket === ticket)
    if (lease === undefined) return undefined
    this.#overdue = this.#overdue.filter((one) => one !== lease)
    return { ...lease, isOverdue: true }
  }

  #free(nowMs: number): number {
    return this.#places.findIndex((lease) => lease === undefined || nowMs >= lease.untilMs)
  }
}

export interface Lease {
  readonly ticket: number
  readonly untilMs: number
  /** How often the time of an attempt was doubled for this one. */
  readonly patience: number
  readonly isOverdue: boolean
}

/** Of a side that answers after a minute, with three probes in every lease of five seconds. */
const overdueMax = 64
