import { assert, AssertionFailure } from '../runtime/index.ts'
import { CircuitBreaker } from './breaker/circuit-breaker.ts'
import { checkCircuit } from './breaker/circuit-checks.ts'
import { rulesOf } from './breaker/rules.ts'
import type { Executor } from './executor.ts'
import { isCriticality } from './criticality.ts'
import {
  aBudget,
  aClock,
  aFlag,
  aFunction,
  anExecutor,
  anObjectOrFalse,
  aNumber,
  aRandom,
  aText,
  aTime,
  aTimeout,
  checkMember,
  checkMembers,
  executors,
  isObject,
  type OptionRules,
  rule,
  targets,
} from './option-rules.ts'
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
  checkMember('effect', given.effect, effect)
  if (given.effect === 'once') checkOnce(given)
  for (const part of ['retry', 'hedge', 'cache'] as const) {
    const options = given[part]
    if (isObject(options)) checkMembers(`${part}.`, options, membersOf[part])
  }
  const { breaker } = given
  if (isObject(breaker) && !(breaker instanceof CircuitBreaker)) checkBreaker(breaker)
}

/** Of a policy used alone. */
export function checkPart(part: keyof typeof membersOf, given: unknown): void {
  checkMembers(`${part}.`, given, membersOf[part])
}

export function checkPipeline(layers: unknown, given: unknown): void {
  assert(executors.allowed(layers), `pipeline takes a list of executors, not ${shown(layers)}`)
  checkMembers('', given, pipelineMembers, 'pipeline')
  if (isObject(given) && given.effect !== undefined) return
  checkNoneRepeats('pipeline', layers as Executor[], "without effect 'read' or 'idempotent'")
}

/** `policy` is the name of who wraps it. */
export function checkWrapped(policy: string, task: unknown): void {
  assert(typeof task === 'function', `${policy} wraps a function, not ${shown(task)}`)
}

/** The circuit says what is wrong; here is added whose option it is. */
function checkBreaker(options: object): void {
  checkCircuit('breaker.', options)
  try {
    rulesOf(options)
  } catch (error) {
    if (!(error instanceof AssertionFailure)) throw error
    throw new AssertionFailure(`breaker.${error.message}`)
  }
}

function checkOnce(given: Readonly<Record<string, unknown>>): void {
  const { hedge, retry, cache, fallback, fallbackMs, targets, innermost = [] } = given
  assert(!hedge, "a call with effect 'once' cannot be hedged")
  assert(
    targets === undefined,
    "a call with effect 'once' takes no targets: it goes to one place and nowhere else",
  )
  assert(
    fallbackMs === undefined,
    "a call with effect 'once' takes no fallbackMs, since it takes no fallback",
  )
  assert(!cache, "a call with effect 'once' takes no cache: another call's answer is none")
  assert(
    fallback === undefined,
    "a call with effect 'once' takes no fallback: it may have been sent",
  )
  const hasProof = !isObject(retry) || typeof retry.isUnsent === 'function'
  assert(hasProof, "retry.isUnsent is needed with effect 'once': the proof that nothing was sent")
  for (const limit of ['bulkhead', 'limiter', 'throttle', 'rateLimit']) {
    checkNoneRepeats(limit, [given[limit] as Executor], "with effect 'once'")
  }
  checkNoneRepeats('innermost', innermost as Executor[], "with effect 'once'")
}

function checkNoneRepeats(where: string, layers: readonly Executor[], when: string): void {
  for (const layer of layers) {
    const by = isObject(layer) ? layer.repeats : undefined
    assert(by === undefined, `${where} takes no ${String(by)}() ${when}: ${onceAtMost}`)
  }
}

const onceAtMost = 'what must be done once must not be sent again, nor answered by anybody else'

const effect = rule("is 'read', 'idempotent' or 'once'", (value) =>
  ['read', 'idempotent', 'once'].includes(value as string),
)

const deadlineMs = rule('is above 0', aTime.allowed)

const members: OptionRules = {
  effect,
  essential: aFlag,
  criticality: rule('is a whole number from 0 to 4', isCriticality),
  deadlineMs,
  fallback: aFunction,
  fallbackMs: aTime,
  cache: anObjectOrFalse,
  breaker: anObjectOrFalse,
  bulkhead: anExecutor,
  limiter: anExecutor,
  throttle: anExecutor,
  rateLimit: anExecutor,
  innermost: executors,
  timeout: aTimeout,
  classify: aFunction,
  isFailure: aFunction,
  onEvent: aFunction,
  shadow: aFlag,
  retry: anObjectOrFalse,
  hedge: rule(
    'is an object, true or false',
    (value) => typeof value === 'boolean' || isObject(value),
  ),
  targets,
  clock: aClock,
  random: aRandom,
  budget: aBudget,
}

const pipelineMembers: OptionRules = {
  effect: rule("is 'read' or 'idempotent' (for 'once' there is policy)", (value) =>
    ['read', 'idempotent'].includes(value as string),
  ),
  name: aText,
  clock: aClock,
  budget: aBudget,
  onEvent: aFunction,
  classify: aFunction,
  isFailure: aFunction,
  deadlineMs,
  targets,
}

const membersOf = {
  retry: {
    attempts: aNumber,
    baseMs: aNumber,
    maxMs: aNumber,
    jitter: rule("is 'full', 'decorrelated' or 'none'", (value) =>
      ['full', 'decorrelated', 'none'].includes(value as string),
    ),
    abandonBelow: rule(
      'is from 0 to 1',
      (value) => typeof value === 'number' && value >= 0 && value <= 1,
    ),
    isUnsent: aFunction,
    random: aRandom,
  },
  hedge: {
    attempts: aNumber,
    after: rule("is 'p95' or a number", (value) => value === 'p95' || aNumber.allowed(value)),
    afterMsMin: aNumber,
  },
  cache: { maxAgeMs: aNumber, keysMax: aNumber },
  fallback: { withinMs: aTime, cache: rule('is an object', isObject), essential: aFlag },
} satisfies Record<string, OptionRules>
