import { assert } from '../runtime/index.ts'
import { checkNames } from './option-names.ts'
import { shown } from './shown.ts'

/** What an option may be. `undefined` is always allowed: it is the default. */
export interface OptionRule {
  readonly allowed: (value: unknown) => boolean
  /** Ends the sentence "deadlineMs ...". */
  readonly says: string
}

export type OptionRules = Readonly<Record<string, OptionRule>>

export const rule = (says: string, allowed: OptionRule['allowed']): OptionRule => ({
  allowed,
  says,
})

/** Names and kinds; `taker` is as in `checkNames`. */
export function checkMembers(
  prefix: string,
  given: unknown,
  known: OptionRules,
  taker?: string,
): void {
  checkNames(prefix, given, Object.keys(known), taker)
  for (const [option, value] of Object.entries(given as object)) {
    if (value !== undefined) checkMember(prefix + option, value, known[option] as OptionRule)
  }
}

export function checkMember(option: string, value: unknown, { allowed, says }: OptionRule): void {
  assert(allowed(value), `${option} ${says}, not ${shown(value)}`)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

const isFunction = (value: unknown) => typeof value === 'function'
const isPositive = (value: unknown) => typeof value === 'number' && value > 0

/** These methods. */
export function has(...methods: readonly string[]): OptionRule['allowed'] {
  return (value) => isObject(value) && methods.every((method) => isFunction(value[method]))
}

export const aText = rule('is a text', (value) => typeof value === 'string')
export const aFunction = rule('is a function', isFunction)
export const aFlag = rule('is true or false', (value) => typeof value === 'boolean')
export const aNumber = rule('is a number', (value) => typeof value === 'number' && value === value)
export function aCountFrom(least: number): OptionRule {
  return rule(
    `is a whole number, ${least} or more`,
    (value) => Number.isInteger(value) && Number(value) >= least,
  )
}

export const aTime = rule('is above 0 ms', isPositive)
export const anObjectOrFalse = rule(
  'is an object or false',
  (value) => value === false || isObject(value),
)
export const anExecutor = rule(
  'has a method apply, as what its own function makes has (bulkhead: bulkhead({ running: 3 }))',
  has('apply'),
)
export const executors = rule(
  'is a list of executors',
  (value) => Array.isArray(value) && value.every((one) => anExecutor.allowed(one)),
)
export const aTimeout = rule(
  "is 'dynamic', false or above 0 ms",
  (value) => value === 'dynamic' || value === false || isPositive(value),
)
export const targets = rule(
  'names at least one text',
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'),
)

/** As `systemClock()` and `SimulatedClock` have them. */
export const aClock = rule(
  'is a clock, with now, monotonicMs, after and turn',
  has('now', 'monotonicMs', 'after', 'turn'),
)
export const aRandom = rule('has a method next, as what createRandom makes has', has('next'))
export const aBudget = rule('is an AttemptBudget or the options of one', isObject)
export const anEvents = rule('is an Events', has('on', 'emit'))
