import { assert } from '../runtime/index.ts'

/**
 * The id under which an exchange knows our order: `g-<run>-<strategy>-<decision>`.
 *
 * A pure function, so that the same decision has the same id before and after a crash, and the
 * exchange can be asked about an order of which nothing else is left. At most 36 characters of
 * `[A-Za-z0-9-_]`, which is what the common exchanges take.
 *
 * Distinct inputs have distinct ids: short plain names stand in the id as they are, and a longer
 * or odd one is replaced by `_` and a hash of it (51 and 46 bits: one chance in 10^9 of a clash
 * among a thousand strategies). Runs have no dash and decisions are the last part, so the parts
 * cannot run into each other.
 */
export function clientOrderId(of: {
  readonly run: string
  readonly strategy: string
  /** 0, 1, 2, ... within the run and strategy. */
  readonly decision: number
}): string {
  return new ClientOrderIds(of).of(of.decision)
}

/** The ids of one strategy in one run: what they share is worked out once. */
export class ClientOrderIds {
  readonly #prefix: string

  constructor(whose: { readonly run: string; readonly strategy: string }) {
    const { run, strategy } = whose
    const runText = PLAIN_RUN.test(run) ? run : `_${hashText(run, RUN_MAX - 1)}`
    const plain = PLAIN_STRATEGY.test(strategy)
    const strategyText = plain ? strategy : `_${hashText(strategy, STRATEGY_MAX - 1)}`
    this.#prefix = `g-${runText}-${strategyText}-`
  }

  of(decision: number): string {
    assert(Number.isSafeInteger(decision) && decision >= 0, 'decisions count from 0')
    return this.#prefix + decision.toString(36)
  }

  /** Whether it is one of these, whatever the decision. */
  includes(clientOrderId: string): boolean {
    return clientOrderId.startsWith(this.#prefix)
  }
}

const RUN_MAX = 10
const STRATEGY_MAX = 11
const PLAIN_RUN = /^[A-Za-z0-9]{1,10}$/
const PLAIN_STRATEGY = /^[A-Za-z0-9][A-Za-z0-9-]{0,10}$/

/** FNV-1a of 64 bits over UTF-16 code units, as the last `length` digits in base 36. */
function hashText(text: string, length: number): string {
  let hash = 0xcbf29ce484222325n
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    for (const byte of [unit & 0xff, unit >> 8]) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
    }
  }
  return hash.toString(36).padStart(length, '0').slice(-length)
}
