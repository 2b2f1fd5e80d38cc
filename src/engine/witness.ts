import type { Journal } from '../journal/index.ts'
import { crc32 } from '../runtime/index.ts'
import type { Checkpoint, CheckpointStore } from './checkpoint-store.ts'

/**
 * Binds a checkpoint to the journal it was made from: it carries the checksum of the record of
 * its number. A checkpoint of another journal, left in a folder that was set or copied wrongly,
 * would otherwise be taken for this one's state.
 */
export async function witnessOf(journal: Journal, number: number): Promise<number> {
  if (number === 0) return 0
  for await (const [record] of journal.read(number)) {
    if (record) return crc32(record.payload)
  }
  return 0
}

/** The newest sound checkpoint that was made from this journal, or null. */
export async function newestOf(
  journal: Journal,
  checkpoints: CheckpointStore,
): Promise<Checkpoint | null> {
  let checkpoint = await checkpoints.newest(journal.lastNumber)
  while (checkpoint && checkpoint.witness !== (await witnessOf(journal, checkpoint.number))) {
    checkpoints.passOver(checkpoint, 'is of another journal')
    checkpoint = await checkpoints.newest(checkpoint.number - 1)
  }
  return checkpoint
}
