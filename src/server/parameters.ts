import type { ServerLimits } from './limits.ts'
import { ProblemError } from './problem.ts'

/**
 * Query parameters as JSON schema. `description` completes the sentence "limit is "x"; it must
 * be ...", so that one text documents the parameter and explains the refusal.
 */
export interface Parameter {
  readonly type: 'integer' | 'string' | 'boolean'
  readonly description: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly default?: number
}

export type Parameters = Readonly<Record<string, Parameter>>

const PAGE_ITEMS_DEFAULT = 100

export function pageParameters(limits: ServerLimits): Parameters {
  const max = limits.pageItemsMax
  return {
    after: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'a whole number from 0, the `next` of the page before',
    },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: Math.min(PAGE_ITEMS_DEFAULT, max),
      description: `a whole number from 1 to ${max}`,
    },
  }
}

export const symbolParameter: Parameters = {
  symbol: { type: 'string', maxLength: 40, description: 'a symbol such as BTC/USDT' },
}

export const intervalParameter: Parameters = {
  interval: { type: 'string', maxLength: 8, description: 'an interval such as 1m' },
}

export const openParameter: Parameters = {
  open: { type: 'boolean', description: 'true or false' },
}

export function querySchema(parameters: Parameters, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties: parameters, required }
}

/** What ajv found, as far as a sentence needs it. */
export interface Violation {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

export function refuseParameter(
  violation: Violation,
  parameters: Parameters,
  query: Readonly<Record<string, unknown>>,
): ProblemError {
  if (violation.keyword === 'additionalProperties') {
    const unknown = String(violation.params['additionalProperty'])
    const known = Object.keys(parameters).join(', ')
    const allowed = known === '' ? 'it takes none' : `it takes ${known}`
    return new ProblemError(
      'bad-input',
      `"${unknown}" is not a parameter here; ${allowed}`,
      unknown,
    )
  }
  if (violation.keyword === 'required') {
    const missing = String(violation.params['missingProperty'])
    const allowed = parameters[missing]?.description ?? 'given'
    return new ProblemError('bad-input', `${missing} is missing; it must be ${allowed}`, missing)
  }
  const field = violation.instancePath.split('/')[1] ?? ''
  const allowed = parameters[field]?.description ?? 'something else'
  const value = String(query[field]).slice(0, 60)
  return new ProblemError('bad-input', `${field} is "${value}"; it must be ${allowed}`, field)
}
