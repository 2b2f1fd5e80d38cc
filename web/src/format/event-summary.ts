/**
 * An event in a few words, the most telling first. Only its words are shown: its numbers are in
 * the steps of their instrument, and would be read as prices. Names of single orders tell a reader
 * nothing and are left to the tooltip.
 */
const WORDS = ['type', 'side', 'symbol', 'blocked', 'reason', 'strategy'] as const

export function summarise(topic: string, payload: unknown): string {
  const found = new Map<string, string>()
  collect(payload, found)
  const words = WORDS.flatMap((name) => found.get(name) ?? [])
  // Without a type of its own, what happened is only in the topic: "cancel-requested".
  const lead = found.has('type') || words.length === 0 ? [] : [topic.split('.').at(-1)]
  return [...lead, ...words].join(' ')
}

/** The first of each name, outermost first. */
function collect(value: unknown, found: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'string' && !found.has(name)) found.set(name, each)
  }
  for (const each of Object.values(value)) collect(each, found)
}
