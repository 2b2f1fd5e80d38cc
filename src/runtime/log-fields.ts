import type { LogFields } from './log.ts'

/**
 * Makes fields fit for a log: secrets are covered by name at any depth, passwords inside URLs
 * too, and errors become objects with their code, cause and stack.
 *
 * What holds: fields without any of these come back as they are, nothing copied. Depth is bounded,
 * which also ends circles.
 */
export function safeFields(fields: LogFields): LogFields {
  return safeRecord(fields, 0) as LogFields
}

const depthMax = 8
const covered = '[secret]'
const secretName =
  /^(.*[_-])?(api[_-]?key|.*secret|pass(word|phrase)|.*token|authorization|cookie)$/i
const urlPassword = /(:\/\/[^\s/:@]*:)[^\s/@]+@/g

function safeRecord(record: Readonly<Record<string, unknown>>, depth: number): unknown {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(record)) {
    const value = record[name]
    const safe = secretName.test(name) && value !== undefined ? covered : safeValue(value, depth)
    if (safe === value) continue
    copy ??= { ...record }
    copy[name] = safe
  }
  return copy ?? record
}

function safeValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.includes('://') ? safeText(value) : value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthMax) return '[too deep]'
  if (Array.isArray(value)) return safeArray(value, depth + 1)
  if (value instanceof Error) return safeError(value, depth + 1)
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === null
  return isPlain ? safeRecord(value as Record<string, unknown>, depth + 1) : value
}

function safeArray(values: readonly unknown[], depth: number): readonly unknown[] {
  const safe = values.map((value) => safeValue(value, depth))
  return safe.some((value, index) => value !== values[index]) ? safe : values
}

function safeError(error: Error, depth: number): unknown {
  const { name, message, stack, cause, ...own } = error
  return safeRecord(
    {
      name,
      message,
      ...own,
      ...(cause === undefined ? {} : { cause }),
      ...(stack === undefined ? {} : { stack }),
    },
    depth,
  )
}

function safeText(text: string): string {
  return text.replace(urlPassword, `$1${covered}@`)
}
