import type { Journal, JournalRecord } from '../../journal/index.ts'

/** A journal in memory with `lastNumber` records that are all flushed; `name` is in each. */
export function journalOf(name: string, lastNumber: number, firstNumber = 1): Journal {
  const record = (number: number): JournalRecord => ({
    number,
    kind: 1,
    payload: new TextEncoder().encode(`${name} ${number}`),
  })
  return {
    firstNumber,
    lastNumber,
    acknowledged: lastNumber,
    append: () => {
      throw new Error('this journal is only read')
    },
    flushed: () => Promise.resolve(),
    read: async function* (from) {
      for (let next = Math.max(from, firstNumber); next <= lastNumber; next += 1) {
        yield [record(next)]
      }
    },
    removeBefore: () => Promise.resolve(firstNumber),
    close: () => Promise.resolve(),
  }
}
