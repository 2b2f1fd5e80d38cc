import { assert } from '../runtime/index.ts'
import { checkCircuit, CircuitBreaker } from './breaker/circuit-breaker.ts'
import { isCriticality } from './criticality.ts'
import { checkNames } from './option-names.ts'
import { shown } from './shown.ts'

/**
 * What `policy` is given, looked at before anything is made of it: the compiler sees neither plain
 * JavaScript nor a casting caller. Each sentence names the option, what is allowed and what came.
 * What a part says of its own options (attempts, a breaker's windows) it says itself.
 */
export function checkOptions(name: unknown, given: unknown): void {
  assert(typeof name === 'string', `a policy's name is a text, not ${shown(name)}`)
  const isGiven = isObject(given)
  assert(isGiven, `policy('${name}', options) takes at least { effect }, not ${shown(given)}`)
  checkMembers('', given, members)
  if (given.effect === 'once') checkOnce(given)
  for (const part of ['retry', 'hedge', 'cache'] as const) {
    const options = given[part]
    if (isObject(options)) checkMembers(`${part}.`, options, membersOf[part])
  }
  const { breaker } = given
  if (isObject(breaker) && !(breaker instanceof CircuitBreaker)) checkCircuit('breaker.', breaker)
}

/** Of a policy used alone. */
export function checkPart(part: keyof typeof membersOf, given: object): void {
  assert(isObject(given), `${part} takes an object of options, not ${shown(given)}`)
  checkMembers(`${part}.`, given, membersOf[part])
}

function checkMembers(prefix: string, given: Options, known: Members): void {
  checkNames(prefix, given, Object.keys(known))
  for (const [option, { allowed, says }] of Object.entries(known)) {
    const value = given[option]
    const isFine = (value === undefined && option !== 'effect') || allowed(value)
    assert(isFine, `${prefix}${option} ${says}, not ${shown(value)}`)
  }
}

function checkOnce({ hedge, retry, cache, fallback }: Options): void {
  assert(!hedge, "a call with effect 'once' cannot be hedged")
  assert(!cache, "a call with effect 'once' takes no cache: another call's answer is none")
  assert(
    fallback === undefined,
    "a call with effect 'once' takes no fallback: it may have been sent",
  )
  const hasProof = !isObject(retry) || typeof retry.isUnsent === 'function'
  assert(hasProof, "retry.isUnsent is needed with effect 'once': the proof that nothing was sent")
}

function isObject(value: unknown): value is Options {
  return typeof value === 'object' && value !== null
}

type Options = Record<string, unknown>

interface Rule {
  readonly allowed: (value: unknown) => boolean
  /** Ends the sentence "deadlineMs ...". */
  readonly says: string
}

type Members = Readonly<Record<string, Rule>>

const rule = (says: string, allowed: Rule['allowed']): Rule => ({ allowed, says })
const isPositive = (value: unknown) => typeof value === 'number' && value > 0
const isFunction = (value: unknown) => typeof value === 'function'

const aFunction = rule('is a function', isFunction)
const aFlag = rule('is true or false', (value) => typeof value === 'boolean')
const aNumber = rule('is a number', (value) => typeof value === 'number' && value === value)
const aTime = rule('is above 0 ms', isPositive)
const anObject = rule('is an object', isObject)
const anObjectOrFalse = rule('is an object or false', (value) => value === false || isObject(value))
const anExecutor = rule(
  'has a method apply, as what its own function makes has (bulkhead: bulkhead({ running: 3 }))',
  (value) => isObject(value) && isFunction(value.apply),
)

const members: Members = {
  effect: rule("is 'read', 'idempotent' or 'once'", (value) =>
    ['read', 'idempotent', 'once'].includes(value as string),
  ),
  essential: aFlag,
  criticality: rule('is a whole number from 0 to 4', isCriticality),
  deadlineMs: rule('is above 0', isPositive),
  fallback: aFunction,
  fallbackMs: aTime,
  cache: anObjectOrFalse,
  breaker: anObjectOrFalse,
  bulkhead: anExecutor,
  limiter: anExecutor,
  throttle: anExecutor,
  rateLimit: anExecutor,
  innermost: rule(
    'is a list of executors',
    (value) => Array.isArray(value) && value.every((one) => anExecutor.allowed(one)),
  ),
  timeout: rule(
    "is 'dynamic', false or above 0 ms",
    (value) => value === 'dynamic' || value === false || isPositive(value),
  ),
  classify: aFunction,
  isFailure: aFunction,
  onEvent: aFunction,
  shadow: aFlag,
  retry: anObjectOrFalse,
  hedge: rule(
    'is an object, true or false',
    (value) => typeof value === 'boolean' || isObject(value),
  ),
  targets: rule(
    'names at least one text',
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'),
  ),
  clock: anObject,
  random: anObject,
  budget: anObject,
}

const membersOf = {
  retry: {
    attempts: aNumber,
    baseMs: aNumber,
    maxMs: aNumber,
    jitter: rule("is 'full', 'decorrelated' or 'none'", (value) =>
      ['full', 'decorrelated', 'none'].includes(value as string),
    ),
    abandonBelow: aNumber,
    isUnsent: aFunction,
    random: anObject,
  },
  hedge: {
    attempts: aNumber,
    after: rule("is 'p95' or a number", (value) => value === 'p95' || aNumber.allowed(value)),
    afterMsMin: aNumber,
  },
  cache: { maxAgeMs: aNumber, keysMax: aNumber },
} satisfies Record<string, Members>
