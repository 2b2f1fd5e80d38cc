import { assert } from '../../runtime/index.ts'
import { shown } from '../shown.ts'
import type { Whole } from '../whole.ts'

/** What a circuit goes by. Every option has a default; `docs/resilience.md` has them in a table. */
export interface RuleOptions {
  /** Goes to ETERNAL where another would open. */
  readonly essential?: boolean | undefined
  /** The calls looked at: those of the last `ms` (default 10 000), or the last `calls`. */
  readonly window?: { readonly ms: number } | { readonly calls: number } | undefined
  /** Rates are not looked at below this many calls in the window. Default 10. */
  readonly minimumThroughput?: number | undefined
  /** Trips at this share of failures, timeouts included. Default 0.5. */
  readonly failureRate?: number | undefined
  /** Trips at this many in a row, however few calls there are. Default 10; `Infinity` for never. */
  readonly consecutiveFailures?: number | undefined
  /** A call that takes longer is slow. Default: no call trips a circuit by being slow. */
  readonly slowCallMs?: number | undefined
  /** Trips at this share of slow calls; only with `slowCallMs`. Default 1. */
  readonly slowCallRate?: number | undefined
  /** The first break, or the break by number of trips in this spell. Default 10 000. */
  readonly breakMs?: number | ((trips: number) => number) | undefined
  /** It doubles with every trip up to this. Default 120 000. */
  readonly breakMsMax?: number | undefined
  /** How long a grade is kept at least before a better or worse one. Default 10 000. */
  readonly dwellMs?: number | undefined
  /** Probes out at a time. Default 3. */
  readonly probes?: number | undefined
  /** A probe that has not settled by then has lost its lease to the next. Default 5 000. */
  readonly probeLeaseMs?: number | undefined
  /** Default 3. */
  readonly probeSuccesses?: number | undefined
  /** Opens again at this many failed probes. Default 1. */
  readonly probeFailures?: number | undefined
  /** ETERNAL: how often a probe goes, a fifth more or less. Default 1 000. */
  readonly probeEveryMs?: number | undefined
  /** Percent of the traffic, step by step, before CLOSED. Default 5, 10, 25, 50, 100. */
  readonly ramp?: readonly number[] | false | undefined
  /** Default 2 000. */
  readonly rampStepMs?: number | undefined
}

export interface Rules extends Whole<Omit<RuleOptions, 'slowCallMs' | 'breakMs' | 'ramp'>> {
  readonly slowCallMs: number | undefined
  readonly ramp: readonly number[]
  readonly breakMs: (trips: number) => number
  /** A circuit that served this long starts its next break at the shortest again. */
  readonly forgiveMs: number
}

const windowMsDefault = 10_000
const breakMsDefault = 10_000

const defaults = {
  essential: false,
  window: { ms: windowMsDefault },
  minimumThroughput: 10,
  failureRate: 0.5,
  consecutiveFailures: 10,
  slowCallMs: undefined,
  slowCallRate: 1,
  breakMsMax: 120_000,
  dwellMs: 10_000,
  probes: 3,
  probeLeaseMs: 5_000,
  probeSuccesses: 3,
  probeFailures: 1,
  probeEveryMs: 1_000,
  ramp: [5, 10, 25, 50, 100],
  rampStepMs: 2_000,
} as const

export const ruleNames: readonly string[] = [...Object.keys(defaults), 'breakMs']

const ordinary: Rules = complete({})
const essential: Rules = complete({ essential: true })

/** Circuits without rules of their own share one set: there may be ten thousand of them. */
export function rulesOf(options: RuleOptions): Rules {
  for (const name in options) {
    if (name !== 'essential' && isRule(name, options)) return complete(options)
  }
  return options.essential === true ? essential : ordinary
}

function isRule(name: string, options: RuleOptions): boolean {
  if (name !== 'breakMs' && !(name in defaults)) return false
  return options[name as keyof RuleOptions] !== undefined
}

function complete(options: RuleOptions): Rules {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name]) => isRule(name, options)),
  ) as Partial<Whole<RuleOptions>>
  const { breakMs = breakMsDefault, ramp = defaults.ramp, ...others } = given
  const rules = { ...defaults, ...others }
  const whole: Rules = {
    ...rules,
    ramp: ramp === false ? [] : ramp,
    breakMs: typeof breakMs === 'function' ? breakMs : doubling(breakMs, rules.breakMsMax),
    forgiveMs: rules.breakMsMax,
  }
  check(whole, breakMs, ramp)
  return whole
}

/** Multiplied and not raised to a power: it stops at the limit and cannot overflow. */
function doubling(firstMs: number, maxMs: number): (trips: number) => number {
  return (trips) => {
    let ms = firstMs
    for (let trip = 1; trip < trips && ms < maxMs; trip++) ms *= 2
    return Math.min(ms, Math.max(firstMs, maxMs))
  }
}

function check(
  rules: Rules,
  breakMs: number | ((trips: number) => number),
  ramp: RuleOptions['ramp'],
): void {
  const { window } = rules
  assert(
    typeof window === 'object' && window !== null && ('calls' in window || 'ms' in window),
    `window is { ms } or { calls }, not ${shown(window)}`,
  )
  const isOne = !('calls' in window && 'ms' in window)
  assert(isOne, 'window is { ms } or { calls }, not both')
  if ('calls' in window) whole('window.calls', window.calls, 1_000_000)
  else above0('window.ms', window.ms)
  for (const name of ['minimumThroughput', 'probes', 'probeSuccesses', 'probeFailures'] as const) {
    whole(name, rules[name], name === 'probes' ? 100 : 1_000_000)
  }
  for (const name of ['probeLeaseMs', 'probeEveryMs', 'breakMsMax'] as const) {
    above0(name, rules[name])
  }
  share('failureRate', rules.failureRate)
  share('slowCallRate', rules.slowCallRate)
  atLeast('consecutiveFailures', rules.consecutiveFailures, 1)
  if (typeof breakMs !== 'function') above0('breakMs', breakMs)
  if (rules.slowCallMs !== undefined) above0('slowCallMs', rules.slowCallMs)
  atLeast('dwellMs', rules.dwellMs, 0)
  atLeast('rampStepMs', rules.rampStepMs, 0)
  assert(Array.isArray(rules.ramp), `ramp is a list of percents or false, not ${shown(rules.ramp)}`)
  for (const percent of rules.ramp) {
    assert(
      isNumber(percent) && percent > 0 && percent <= 100,
      `a step of ramp is above 0 to 100 %, not ${shown(percent)}`,
    )
  }
  const ends = rules.ramp.at(-1)
  assert(ramp === false || ends === 100, `ramp ends at 100 %, not ${shown(ends)}; false is none`)
}

function whole(name: string, value: number, max: number): void {
  const isWhole = Number.isInteger(value) && value >= 1 && value <= max
  assert(isWhole, `${name} is a whole number from 1 to ${max}, not ${shown(value)}`)
}

/** JavaScript takes '5' for 5 until somebody adds to it. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

function atLeast(name: string, value: number, least: number): void {
  assert(isNumber(value) && value >= least, `${name} is ${least} or more, not ${shown(value)}`)
}

function above0(name: string, value: number): void {
  assert(
    isNumber(value) && value > 0 && value < Infinity,
    `${name} is above 0 and finite, not ${shown(value)}`,
  )
}

function share(name: string, value: number): void {
  assert(isNumber(value) && value > 0 && value <= 1, `${name} is above 0 to 1, not ${shown(value)}`)
}
