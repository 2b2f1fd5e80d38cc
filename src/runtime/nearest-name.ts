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
  if (best.distance <= Math.max(2, Math.floor(best.name.length / 3))) return best.name
  return known.find((name) => hasWord(name, unknown.toLowerCase())) ?? null
}

function hasWord(name: string, word: string): boolean {
  const words = name.split(/(?=[A-Z])|-/).map((each) => each.toLowerCase())
  return words.some((each) => each.length > 3 && editDistance(each, word) <= 2)
}

/** Levenshtein: insertions, deletions and replacements of one character. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[right.length]!
}
