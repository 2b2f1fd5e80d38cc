/**
 * An event's payload in a few words. Only its words are shown: its numbers are in the steps of
 * their instrument, and would be read as prices.
 */
const WORDS = ['type', 'side', 'symbol', 'reason', 'blocked', 'strategy', 'clientOrderId'] as const

export function summarise(payload: unknown): string {
  const found = new Map<string, string>()
  collect(payload, found)
  return WORDS.flatMap((name) => found.get(name) ?? []).join(' ')
}

/** The first of each name, outermost first. */
function collect(value: unknown, found: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'string' && !found.has(name)) found.set(name, each)
  }
  for (const each of Object.values(value)) collect(each, found)
}
