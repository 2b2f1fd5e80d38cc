import { nearestName } from '../runtime/index.ts'
import { type Criticality, isCriticality } from './criticality.ts'
import { shown } from './shown.ts'

/** What one call may say for itself. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** The earlier of this and the policy's holds. */
  readonly deadlineMs?: number | undefined
  readonly key?: string | undefined
  readonly criticality?: Criticality | undefined
}

/**
 * The sentence about what is wrong with them, if something is. This is looked at with every call
 * that has options; the names are compared and not looked up, which costs a few nanoseconds.
 */
export function wrongCallOption(options: CallOptions): string | undefined {
  try {
    return whatIsWrong(options)
  } catch (error) {
    return `reading the options threw ${shown(error)}`
  }
}

function whatIsWrong(options: CallOptions): string | undefined {
  if (typeof options !== 'object') return `options are an object, not ${shown(options)}`
  for (const name in options) if (!isCallOption(name)) return misnamed(name)
  const { deadlineMs, criticality, key, signal } = options
  // A deadline that has passed already is a fact, not a mistake; NaN compares with nothing.
  if (deadlineMs !== undefined && !(typeof deadlineMs === 'number' && deadlineMs === deadlineMs)) {
    return `deadlineMs is a number, not ${shown(deadlineMs)}`
  }
  if (criticality !== undefined && !isCriticality(criticality)) {
    return `criticality is a whole number from 0 to 4, not ${shown(criticality)}`
  }
  if (key !== undefined && typeof key !== 'string') return `key is a text, not ${shown(key)}`
  const isSignal = signal === undefined || signal instanceof AbortSignal
  return isSignal ? undefined : `signal is an AbortSignal, not ${shown(signal)}`
}

function isCallOption(name: string): boolean {
  return name === 'key' || name === 'signal' || name === 'deadlineMs' || name === 'criticality'
}

function misnamed(name: string): string {
  const known = ['signal', 'deadlineMs', 'key', 'criticality']
  const nearest = nearestName(name, known)
  const hint = nearest === null ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
  return `${name} is no option of a call; ${hint}`
}
