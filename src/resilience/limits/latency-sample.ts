/**
 * The median of a window's latencies, from at most 64 of them spread evenly over the window: when
 * 64 are kept, every second one goes and from then on only every second one comes in.
 *
 * The median, because one pause in a hundred must not look like a queue, and a queue delays
 * everybody.
 */
export class LatencySample {
  /** How many were offered, kept or not. */
  count = 0
  #kept = 0
  #stride = 1
  /** Made by the first latency: most limiters are idle. */
  #latenciesMs = none

  add(latencyMs: number): void {
    if (this.count++ % this.#stride !== 0) return
    if (this.#latenciesMs === none) this.#latenciesMs = new Float64Array(keptMax)
    if (this.#kept === keptMax) {
      this.#thin()
      if ((this.count - 1) % this.#stride !== 0) return
    }
    this.#latenciesMs[this.#kept++] = latencyMs
  }

  /** Of an empty sample 0. */
  median(): number {
    const sorted = this.#latenciesMs.slice(0, this.#kept).sort()
    const middle = this.#kept >> 1
    const above = sorted[middle] ?? 0
    return this.#kept % 2 === 1 ? above : (above + (sorted[middle - 1] ?? 0)) / 2
  }

  clear(): void {
    this.count = 0
    this.#kept = 0
    this.#stride = 1
  }

  #thin(): void {
    for (let place = 0; place < keptMax; place += 2) {
      this.#latenciesMs[place >> 1] = this.#latenciesMs[place] as number
    }
    this.#kept = keptMax >> 1
    this.#stride *= 2
  }
}

const keptMax = 64
const none = new Float64Array(0)
