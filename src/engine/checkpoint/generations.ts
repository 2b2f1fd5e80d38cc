import { setOf } from './part-store.ts'

/**
 * Which checkpoints stay. The newest `count` do; and where all of those share parts of one set,
 * one more that needs nothing of that set, so that no single rotten file takes them all.
 *
 * What is another journal's is neither counted nor removed.
 */
export interface Generation {
  readonly number: number
  /** Null where the file is damaged: nobody knows what it needs. */
  readonly parts: ReadonlySet<string> | null
}

/** The numbers to remove of one journal's `generations`, which are in rising order. */
export function superseded(generations: readonly Generation[], count: number): number[] {
  const newest = generations.slice(-count)
  const older = generations.slice(0, -count)
  const set = onlySetOf(newest)
  const spare = set === null ? undefined : older.findLast((each) => isSoundWithout(each, set))
  return older.filter((each) => each !== spare).map(({ number }) => number)
}

/** The set that every sound one needs, or null where they do not all stand on one. */
function onlySetOf(generations: readonly Generation[]): string | null {
  const sound = generations.filter(({ parts }) => parts !== null)
  const sets = sound.map(({ parts }) => new Set([...parts!].map(setOf)))
  const [first] = sets[0] ?? []
  return first !== undefined && sets.every((each) => each.has(first)) ? first : null
}

function isSoundWithout({ parts }: Generation, set: string): boolean {
  return parts !== null && ![...parts].some((part) => setOf(part) === set)
}
