/**
 * Numbers calls at admission and knows which of them are still out, one bit each.
 *
 * What holds: a ticket settles at most once; the numbers rise, so that an epoch is one comparison.
 * A call that is sure to settle once is not marked and takes no number of its own: however many of
 * them pass, a marked one is not overtaken. The ring doubles when it would overwrite a ticket still
 * out, up to a million tickets; one overtaken by a million later ones is forgotten, and counted.
 */
export class Tickets {
  /** Of the last ticket issued. The first number is nobody's: it opens the first epoch. */
  last = 1
  forgotten = 0
  #unmarked = 0
  #epochs = 1
  #words: number[] | undefined = undefined

  /** Marked and unmarked. */
  get issued(): number {
    return this.last - this.#epochs + this.#unmarked
  }

  issue(): number {
    const words = (this.#words ??= zeros(wordsMin))
    const ticket = ++this.last
    const index = (ticket >>> 5) & (words.length - 1)
    const bit = 1 << (ticket & 31)
    if ((words[index]! & bit) === 0) words[index]! |= bit
    else this.#issueCrowded(ticket)
    return ticket
  }

  /** For who settles once and no more: nothing is noted, and it says no more than the epoch. */
  issueUnmarked(): number {
    this.#unmarked++
    return this.last
  }

  /** Below it is every ticket issued before, and none that is issued from now on. */
  startEpoch(): number {
    const first = this.issue()
    this.settle(first)
    this.#epochs++
    return first
  }

  /** False when it was settled before, or never issued. */
  settle(ticket: number): boolean {
    const words = this.#words
    if (words === undefined || ticket > this.last || ticket <= this.last - words.length * 32) {
      return false
    }
    const index = (ticket >>> 5) & (words.length - 1)
    const bit = 1 << (ticket & 31)
    if ((words[index]! & bit) === 0) return false
    words[index]! ^= bit
    return true
  }

  #issueCrowded(ticket: number): void {
    const words = this.#words!
    if (words.length === wordsMax) {
      this.forgotten++
      return
    }
    const wider = zeros(words.length * 2)
    for (let old = ticket - words.length * 32; old < ticket; old++) {
      if ((words[(old >>> 5) & (words.length - 1)]! & (1 << (old & 31))) !== 0) put(wider, old)
    }
    this.#words = wider
    put(wider, ticket)
  }
}

const wordsMin = 4
const wordsMax = 2 ** 15

function put(words: number[], ticket: number): void {
  words[(ticket >>> 5) & (words.length - 1)]! |= 1 << (ticket & 31)
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0)
}
