import { checkNames } from '../option-names.ts'
import {
  aFlag,
  anEvents,
  aRandom,
  aText,
  checkMember,
  has,
  isObject,
  rule,
} from '../option-rules.ts'
import { ruleNames } from './rules.ts'

/** Names, and the kinds of what is no rule; of its rules a circuit says itself what is wrong. */
export function checkCircuit(prefix: string, options: object): void {
  checkNames(prefix, options, optionNames, prefix === '' ? 'circuitBreaker' : undefined)
  for (const [name, value] of Object.entries(options)) {
    const kind = name in kinds ? kinds[name as keyof typeof kinds] : undefined
    if (kind !== undefined && value !== undefined) checkMember(prefix + name, value, kind)
  }
}

const kinds = {
  name: aText,
  shadow: aFlag,
  events: anEvents,
  latency: rule('is an object', isObject),
  random: aRandom,
  clock: rule('is a clock, with now and monotonicMs', has('now', 'monotonicMs')),
}

const optionNames = [...ruleNames, ...Object.keys(kinds)]
