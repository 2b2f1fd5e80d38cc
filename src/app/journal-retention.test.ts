import { expect, test } from 'vitest'
import { verifyJournal } from '../journal/index.ts'
import { SimulatedDisk } from '../runtime/index.ts'
import { PaperLife } from './paper-run-fixture.ts'
import { replayPaperRun } from './replay-paper-run.ts'

/** Ten minutes, a checkpoint each minute, in journal files of 16 KiB; stopped. */
async function lived(settings: { readonly keepJournal?: boolean }) {
  const disk = new SimulatedDisk({ losesNothing: true })
  const of = { disk, settings, segmentBytes: 16_384 }
  const life = await new PaperLife(of).start()
  await life.pass(600_000)
  await life.stop()
  const { firstNumber, verdict } = await verifyJournal({ disk, folder: 'data/journal' })
  return { of, firstNumber, verdict }
}

test('all of the journal is kept as long as nobody says otherwise', async () => {
  const { of, ...journal } = await lived({})

  expect(journal).toEqual({ firstNumber: 1, verdict: 'clean' })
  const { lastNumber } = await replayPaperRun(new PaperLife({ ...of, life: 2 }).options)
  expect(lastNumber).toBeGreaterThan(1_000)
})

test('a journal that may forget begins at what its checkpoints need, and is gone on from', async () => {
  const { of, firstNumber, verdict } = await lived({ keepJournal: false })

  const next = await new PaperLife({ ...of, life: 2 }).start()
  await next.pass(60_000)

  expect(verdict).toBe('clean')
  expect(firstNumber).toBeGreaterThan(100)
  expect(next.view.health()).toMatchObject({ status: 'ok', reasons: [] })
  await next.stop()
})

test('what was forgotten cannot be replayed, and the sentence says what to do', async () => {
  const { of, firstNumber } = await lived({ keepJournal: false })

  const replaying = replayPaperRun(new PaperLife({ ...of, life: 2 }).options)

  await expect(replaying).rejects.toThrow(
    `The journal data/journal begins with record ${firstNumber}, as older ones were removed; ` +
      'from record 1 on it cannot be read. A replay needs all of it; keepJournal: true keeps it.',
  )
})
