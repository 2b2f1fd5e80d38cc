import type { ServerLimits } from './limits.ts'
import { ProblemError } from './problem.ts'

/**
 * Query parameters: what each may be, and their reading.
 *
 * `allowed` completes the sentence "limit is "x"; it must be ...", so that one text documents the
 * parameter and explains the refusal. Each kind is a few lines here, because compiling JSON
 * schemas for ten flat queries took 100 ms of a start of 180.
 */
export type Parameter = { readonly allowed: string } & (
  | { readonly kind: 'whole'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text'; readonly lengthMax: number }
)

export type Parameters = Readonly<Record<string, Parameter>>
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export function pageParameters(limits: ServerLimits): Parameters {
  const max = limits.pageItemsMax
  return {
    after: {
      kind: 'whole',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      allowed: 'a whole number from 0, the `next` of the page before',
    },
    limit: { kind: 'whole', min: 1, max, allowed: `a whole number from 1 to ${max}` },
  }
}

export const symbolParameter: Parameters = {
  symbol: { kind: 'text', lengthMax: 40, allowed: 'a symbol such as BTC/USDT' },
}

export const intervalParameter: Parameters = {
  interval: { kind: 'text', lengthMax: 8, allowed: 'an interval such as 1m' },
}

export const openParameter: Parameters = {
  open: { kind: 'boolean', allowed: 'true or false' },
}

/** Throws a `ProblemError` that names the field, its value and what is allowed. */
export function readParameters(
  parameters: Parameters,
  required: readonly string[],
  given: Readonly<Record<string, unknown>>,
): Query {
  const query: Record<string, string | number | boolean> = {}
  for (const [field, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(parameters, field) ? parameters[field]! : null
    if (parameter === null) throw unknownParameter(field, parameters)
    const read = typeof value === 'string' ? readValue(parameter, value) : null
    if (read === null) {
      const shown = String(value).slice(0, SHOWN_LENGTH_MAX)
      const detail = `${field} is "${shown}"; it must be ${parameter.allowed}`
      throw new ProblemError('bad-input', detail, field)
    }
    query[field] = read
  }
  for (const field of required) {
    if (query[field] !== undefined) continue
    const detail = `${field} is missing; it must be ${parameters[field]!.allowed}`
    throw new ProblemError('bad-input', detail, field)
  }
  return query
}

const SHOWN_LENGTH_MAX = 60

function readValue(parameter: Parameter, text: string): string | number | boolean | null {
  switch (parameter.kind) {
    case 'whole': {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
      return number >= parameter.min && number <= parameter.max ? number : null
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : null
    case 'text':
      return text.length >= 1 && text.length <= parameter.lengthMax ? text : null
  }
}

function unknownParameter(field: string, parameters: Parameters): ProblemError {
  const known = Object.keys(parameters).join(', ')
  const takes = known === '' ? 'it takes none' : `it takes ${known}`
  const shown = field.slice(0, SHOWN_LENGTH_MAX)
  return new ProblemError('bad-input', `"${shown}" is not a parameter here; ${takes}`, shown)
}
