import type { Row } from './row.ts'

/**
 * Turns the rows of several rounds into one row each: its median, how far the rounds lay apart,
 * whether the target is met, and how it compares with its peer. Pure, so that the figures in
 * a results file can be checked without measuring anything.
 */
export interface SummaryRow extends Row {
  /** The median of the rounds is `value`; these are all of them, in order of measurement. */
  readonly rounds: readonly number[]
  /** (largest - smallest) / median. */
  readonly spread: number
  readonly met: boolean | null
  /** How many times better our row is than this peer; null for a row that is no peer. */
  readonly ratio: number | null
}

export function summarise(rounds: readonly (readonly Row[])[]): SummaryRow[] {
  const first = rounds[0] ?? []
  const byName = new Map(first.map((row) => [row.name, { row, values: [] as number[] }]))
  for (const round of rounds) {
    for (const { name, value } of round) byName.get(name)?.values.push(value)
  }
  const medians = new Map([...byName].map(([name, { values }]) => [name, median(values)]))
  return [...byName.values()].map(({ row, values }) => {
    const value = median(values)
    return {
      ...row,
      value,
      rounds: values,
      spread: value === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / value,
      met: row.target === undefined ? null : isMet(value, row.target),
      ratio: ratioOf(row, value, medians),
    }
  })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  return (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function isMet(value: number, target: string): boolean {
  const match = /^(>=|<=|>|<)\s*([\d.,_]+)$/.exec(target.trim())
  if (!match) throw new Error(`target "${target}" must look like ">= 400000" or "<= 700"`)
  const limit = Number(match[2]!.replace(/[,_]/g, ''))
  if (match[1]!.startsWith('>')) return match[1] === '>=' ? value >= limit : value > limit
  return match[1] === '<=' ? value <= limit : value < limit
}

function ratioOf(row: Row, value: number, medians: ReadonlyMap<string, number>): number | null {
  if (row.peerOf === undefined) return null
  const ours = medians.get(row.peerOf)
  if (ours === undefined)
    throw new Error(`"${row.name}" is the peer of "${row.peerOf}", no such row`)
  return row.unit.endsWith('/s') ? ours / value : value / ours
}
