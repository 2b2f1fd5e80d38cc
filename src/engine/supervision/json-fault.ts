/**
 * Why this is not what the journal could give back, as the place and what is there, or null.
 *
 * What cannot be written would stop the journal for everybody; what is written as something else
 * (NaN as null, a date as a text) would give another state in the replay than it did in life. A
 * property that is undefined reads the same in both.
 */
export function jsonFault(value: unknown, place: string, depth = 0): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null
    case 'number':
      return Number.isFinite(value) ? null : `${place} is ${value}`
    case 'object':
      if (value === null) return null
      if (depth === DEPTH_MAX) return `${place} is deeper than ${DEPTH_MAX} levels`
      return Array.isArray(value)
        ? arrayFault(value, place, depth + 1)
        : objectFault(value, place, depth + 1)
    default:
      return `${place} is a ${typeof value}`
  }
}

function arrayFault(values: readonly unknown[], place: string, depth: number): string | null {
  for (let index = 0; index < values.length; index += 1) {
    const fault = jsonFault(values[index], `${place}.${index}`, depth)
    if (fault !== null) return fault
  }
  return null
}

function objectFault(value: object, place: string, depth: number): string | null {
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!isPlain) return `${place} is a ${value.constructor.name}`
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue
    const fault = jsonFault(part, `${place}.${name}`, depth)
    if (fault !== null) return fault
  }
  return null
}

const DEPTH_MAX = 64
