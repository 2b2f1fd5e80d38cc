/**
 * The known name that most resembles an unknown one, or null where none comes close. A word of a
 * compound name counts too: `port` means `apiPort`.
 */
export function nearestName(unknown: string, known: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null
  for (const name of known) {
    const distance = editDistance(unknown.toLowerCase(), name.toLowerCase())
    if (!best || distance < best.distance) best = { name, distance }
  }
  if (!best) return null
  if (best.distance <= slips(best.name)) return best.name
  return known.find((name) => hasWord(name, unknown.toLowerCase())) ?? null
}

function hasWord(name: string, word: string): boolean {
  const words = name.split(/(?=[A-Z])|-/).map((each) => each.toLowerCase())
  return words.some((each) => each.length > 3 && editDistance(each, word) <= slips(each))
}

/** How many a word may have and still be meant: `name` is not what somebody wrote as `rate`. */
function slips(word: string): number {
  return Math.max(1, Math.floor(word.length / 3))
}

/** Characters inserted, deleted, replaced, or swapped with their neighbour. */
function editDistance(left: string, right: string): number {
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      const swapped = isSwapped ? before[j - 2]! + 1 : Infinity
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1))
    }
    before = row
    row = next
  }
  return row[right.length]!
}
