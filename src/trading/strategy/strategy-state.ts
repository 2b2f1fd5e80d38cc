import { GenesisError } from '../../runtime/index.ts'
import { Bars } from './bars.ts'
import { isSeries } from './series.ts'

/** What may be remembered beside indicators. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

const DEPTH_MAX = 32

/**
 * Sorts what `setup` returned: the names of its plain values, which a checkpoint stores by value.
 * The others hold indicators, whose state the series graph stores. Anything else is refused.
 */
export function dataFields(state: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(state).filter((name) => {
    if (holdsSeries(state[name], 0)) {
      refuseDataBesideSeries(state[name], name)
      return false
    }
    copyJson(state[name], name)
    return true
  })
}

/** A copy that shares nothing with the original; refuses what JSON cannot hold. */
export function copyJson(value: unknown, path: string, depth = 0): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (depth === DEPTH_MAX) throw notPlain(path, `nested more than ${DEPTH_MAX} deep`)
  if (Array.isArray(value)) {
    return value.map((item, index) => copyJson(item, `${path}[${index}]`, depth + 1))
  }
  if (!isPlainObject(value)) throw notPlain(path, nameOfKind(value))
  const copy: Record<string, JsonValue> = {}
  for (const [name, item] of Object.entries(value)) {
    copy[name] = copyJson(item, `${path}.${name}`, depth + 1)
  }
  return copy
}

function holdsSeries(value: unknown, depth: number): boolean {
  if (isSeries(value) || value instanceof Bars) return true
  if (depth === DEPTH_MAX) return false
  if (Array.isArray(value)) return value.some((item) => holdsSeries(item, depth + 1))
  return isPlainObject(value) && Object.values(value).some((item) => holdsSeries(item, depth + 1))
}

function refuseDataBesideSeries(value: unknown, path: string): void {
  if (isSeries(value) || value instanceof Bars) return
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : isPlainObject(value)
      ? Object.entries(value).map(([name, item]) => [`${path}.${name}`, item] as const)
      : []
  if (entries.length === 0) throw notPlain(path, `${nameOfKind(value)} beside an indicator`)
  for (const [name, item] of entries) refuseDataBesideSeries(item, name)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function nameOfKind(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'number' ? String(value) : `a ${typeof value}`
  }
  return `a ${value.constructor?.name ?? 'object'}`
}

function notPlain(path: string, what: string): GenesisError {
  return new GenesisError(
    'bad-input',
    `the strategy's state ${path} is ${what}; it must be an indicator or plain JSON ` +
      '(finite numbers, text, true, false, null, and arrays and objects of these)',
    { details: { field: path } },
  )
}
