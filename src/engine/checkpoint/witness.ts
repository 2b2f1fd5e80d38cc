import type { Journal } from '../../journal/index.ts'
import { crc32 } from '../../runtime/index.ts'

/**
 * Binds a checkpoint to the journal it was made from: it carries the checksum of the record of
 * its number. A checkpoint of another journal, left in a folder that was set or copied wrongly,
 * would otherwise be taken for this one's state. Null where the journal does not hold the record.
 */
export async function witnessOf(journal: Journal, number: number): Promise<number | null> {
  if (number === 0) return 0
  if (number > journal.lastNumber || number < journal.firstNumber) return null
  for await (const [record] of journal.read(number)) {
    if (record) return record.number === number ? crc32(record.payload) : null
  }
  return null
}
