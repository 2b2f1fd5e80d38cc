import type { Random } from '../../runtime/index.ts'

/**
 * The moods of a simulated market, as a Markov chain with seeded durations.
 *
 * `ranging`: quiet, no direction. `trending`: a steady drift one way. `volatile`: wide and busy,
 * no direction. `crash`: seconds of steep fall, then a volatile or rising market. Rates are
 * fractions of the price per second; a crash takes about 1 % and at most 3 %.
 */
export interface Regime {
  readonly name: RegimeName
  /** Of the drift: 1 up, -1 down, 0 none. */
  readonly direction: -1 | 0 | 1
  readonly leftMs: number
}

export type RegimeName = keyof typeof regimes

export const regimes = {
  ranging: traits({ volatility: 0.7e-4, drift: 0, spread: 0.4e-4, takers: 1, meanMs: 300_000 }),
  trending: traits({
    volatility: 0.9e-4,
    drift: 1.2e-5,
    spread: 0.5e-4,
    takers: 1.4,
    meanMs: 360_000,
  }),
  volatile: traits({ volatility: 2.4e-4, drift: 0, spread: 1.2e-4, takers: 2, meanMs: 150_000 }),
  crash: traits({ volatility: 3e-4, drift: 5e-4, spread: 2e-4, takers: 2.5, meanMs: 20_000 }),
}

export interface RegimeTraits {
  /** Deviation of the price's change over a second. */
  readonly volatility: number
  readonly drift: number
  /** Half the distance between the makers' best quotes. */
  readonly spread: number
  /** How often takers come, against the quiet market. */
  readonly takers: number
  readonly meanMs: number
}

export function firstRegime(random: Random): Regime {
  return begin('ranging', random)
}

/** The regime after `passedMs` more; another one when this one's time is over. */
export function nextRegime(regime: Regime, passedMs: number, random: Random): Regime {
  const leftMs = regime.leftMs - passedMs
  return leftMs > 0 ? { ...regime, leftMs } : begin(pick(followers[regime.name], random), random)
}

/** The chance of each follower; the rest of 1 goes to the last. */
const followers: Readonly<Record<RegimeName, readonly (readonly [RegimeName, number])[]>> = {
  ranging: [
    ['trending', 0.65],
    ['volatile', 0.33],
    ['crash', 0.02],
  ],
  trending: [
    ['ranging', 0.6],
    ['volatile', 0.35],
    ['crash', 0.05],
  ],
  volatile: [
    ['ranging', 0.5],
    ['trending', 0.44],
    ['crash', 0.06],
  ],
  crash: [
    ['volatile', 0.7],
    ['trending', 0.3],
  ],
}

function begin(name: RegimeName, random: Random): Regime {
  const { meanMs } = regimes[name]
  const leftMs = Math.floor(Math.min(3 * meanMs, meanMs / 3 + random.exponential((2 * meanMs) / 3)))
  const directed = name === 'trending' ? (random.integer(2) === 0 ? -1 : 1) : 0
  return { name, direction: name === 'crash' ? -1 : directed, leftMs }
}

function pick(chances: readonly (readonly [RegimeName, number])[], random: Random): RegimeName {
  let left = random.next()
  for (const [name, chance] of chances) {
    left -= chance
    if (left < 0) return name
  }
  return chances.at(-1)![0]
}

function traits(of: RegimeTraits): RegimeTraits {
  return of
}
