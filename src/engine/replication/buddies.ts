/**
 * Who keeps whose replica. Each has up to `count` buddies, its nearest to both sides in a ring of
 * all names, so that
 *
 * - nobody is its own buddy, and buddies are mutual: whom I hold holds me;
 * - everybody holds equally many;
 * - the choice depends on the names alone: every start, and every process, comes to the same.
 *
 * An odd count among an odd number of names cannot be mutual and equal, and is one less.
 */
export function chooseBuddies(
  names: readonly string[],
  count = BUDDIES_MAX,
): ReadonlyMap<string, readonly string[]> {
  const ring = [...new Set(names)].sort(byCodeUnit)
  const steps = stepsOf(ring.length, Math.min(count, BUDDIES_MAX))
  const at = (index: number) => ring[(index + ring.length) % ring.length]!
  return new Map(ring.map((name, index) => [name, steps.map((step) => at(index + step))]))
}

/**
 * The holders of each group's replica. A group that has a holder of its own name, a corner of its
 * own, is held by that one's buddies; any other is spread over the holders in turn.
 */
export function holdersOf(
  groups: readonly string[],
  holders: readonly string[],
  count = BUDDIES_MAX,
): ReadonlyMap<string, readonly string[]> {
  const buddies = chooseBuddies(holders, count)
  const ring = [...buddies.keys()]
  const most = Math.min(count, BUDDIES_MAX, ring.length)
  let turn = 0
  const chosen = groups.map((group): [string, readonly string[]] => {
    const own = buddies.get(group)
    if (own) return [group, own]
    const from = turn
    turn += most
    return [group, Array.from({ length: most }, (_, index) => ring[(from + index) % ring.length]!)]
  })
  return new Map(chosen)
}

export const BUDDIES_MAX = 5

function stepsOf(size: number, count: number): number[] {
  const most = Math.min(count, size - 1)
  const steps: number[] = []
  for (let step = 1; steps.length + 2 <= most && 2 * step < size; step += 1) steps.push(step, -step)
  // Across the ring, where that is one and the same for both.
  if (steps.length < most && size % 2 === 0) steps.push(size / 2)
  return steps
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
