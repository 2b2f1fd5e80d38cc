/** What somebody gave instead of what is allowed: short, and never throws, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  const isPart = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isPart ? `a(n) ${typeof value}` : String(value)
}
