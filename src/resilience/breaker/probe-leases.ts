/**
 * The permits of probes: each is lent to a ticket for a time. A probe that never settles costs
 * its permit for that time and no more; its answer, should it still come, no longer counts.
 */
export class ProbeLeases {
  /** Lent, and not brought back in time. */
  expired = 0
  readonly #leaseMs: number
  readonly #tickets: number[]
  readonly #untilMs: number[]

  constructor(leases: number, leaseMs: number) {
    this.#leaseMs = leaseMs
    this.#tickets = new Array<number>(leases).fill(none)
    this.#untilMs = new Array<number>(leases).fill(0)
  }

  isFree(nowMs: number): boolean {
    return this.#free(nowMs) >= 0
  }

  /** False: all are out. */
  lend(ticket: number, nowMs: number): boolean {
    const place = this.#free(nowMs)
    if (place < 0) return false
    if (this.#tickets[place] !== none) this.expired++
    this.#tickets[place] = ticket
    this.#untilMs[place] = nowMs + this.#leaseMs
    return true
  }

  /** False when the ticket holds no lease, or not any longer. */
  giveBack(ticket: number, nowMs: number): boolean {
    const place = this.#tickets.indexOf(ticket)
    if (place < 0) return false
    this.#tickets[place] = none
    if (nowMs < this.#untilMs[place]!) return true
    this.expired++
    return false
  }

  clear(): void {
    this.#tickets.fill(none)
  }

  /** Milliseconds until a lease is free. */
  waitMs(nowMs: number): number {
    return this.isFree(nowMs) ? 0 : Math.min(...this.#untilMs) - nowMs
  }

  #free(nowMs: number): number {
    for (let place = 0; place < this.#tickets.length; place++) {
      if (this.#tickets[place] === none || nowMs >= this.#untilMs[place]!) return place
    }
    return -1
  }
}

const none = 0
