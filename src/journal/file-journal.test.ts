import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Disk, SimulatedDisk, fileDisk } from '../runtime/index.ts'
import { type OpenJournalOptions, openJournal } from './file-journal.ts'
import { journalConformance } from './journal.conformance.ts'

const temporary: string[] = []
afterAll(() => Promise.all(temporary.map((path) => rm(path, { recursive: true }))))

describe('on a simulated disk', () => {
  journalConformance(async () => ({ disk: new SimulatedDisk(), folder: 'data/journal' }))
})

describe('on the real disk', () => {
  journalConformance(async () => {
    const path = await mkdtemp(join(tmpdir(), 'genesis-journal-'))
    temporary.push(path)
    return { disk: fileDisk(), folder: join(path, 'data', 'journal') }
  })
})

describe('when the disk fails', () => {
  test('a failed flush halts: told once, waiters rejected, nothing more taken', async () => {
    const { journal, disk, halts } = await onSimulatedDisk()
    journal.append(1, 'safe')
    await journal.flushed()
    disk.failAt(disk.operations + 2, 'io-error')

    journal.append(1, 'lost')
    const waiting = journal.flushed()

    await expect(waiting).rejects.toMatchObject({ code: 'journal-halted' })
    await expect(journal.flushed()).rejects.toThrow(/halted at record 2; records up to 1 are safe/)
    expect(() => journal.append(1, 'refused')).toThrow(/halted/)
    expect([journal.acknowledged, halts.length]).toEqual([1, 1])
    await journal.close()
  })

  test('a listener that throws halts the journal, for nobody knows what it made of the events', async () => {
    const reasons: Error[] = []
    const listener = {
      onAcknowledged: () => {
        throw new Error('not what was agreed')
      },
      onHalted: (reason: Error) => void reasons.push(reason),
    }
    const disk = new SimulatedDisk()
    const journal = await openJournal({ disk, folder: 'journal', segmentBytes: 4096, listener })

    journal.append(1, 'safe')

    await expect(journal.flushed()).rejects.toThrow('not what was agreed')
    expect(() => journal.append(1, 'refused')).toThrow(/halted/)
    expect([journal.acknowledged, reasons.length]).toEqual([1, 1])
    await journal.close()
  })

  test('after a failed flush nothing is written or flushed any more', async () => {
    const { journal, disk } = await onSimulatedDisk()
    disk.failAt(disk.operations + 2, 'io-error')
    journal.append(1, 'lost')
    await expect(journal.flushed()).rejects.toThrow(/halted/)
    const operations = disk.operations

    await expect(journal.flushed()).rejects.toThrow(/halted/)
    await journal.close()

    expect(disk.operations).toBe(operations)
  })

  test('a short write is continued', async () => {
    const { journal, disk } = await onSimulatedDisk()
    disk.failAt(disk.operations + 1, 'short-write')

    journal.append(1, 'x'.repeat(300))
    await journal.flushed()

    expect(journal.acknowledged).toBe(1)
    await journal.close()
  })

  test('a second short write in a row halts', async () => {
    const { journal, disk } = await onSimulatedDisk()
    disk.failAt(disk.operations + 1, 'short-write')
    disk.failAt(disk.operations + 2, 'short-write')

    journal.append(1, 'x'.repeat(3000))

    await expect(journal.flushed()).rejects.toThrow(/The disk took \d+ of 3032 bytes/)
    await journal.close()
  })

  test('a full disk at the change of segments halts, and a new start goes on', async () => {
    const { journal, disk, options } = await onSimulatedDisk({ segmentBytes: 4096 }, 15_000)
    await disk.replaceFile('filler', new Uint8Array(4000))
    journal.append(1, 'x'.repeat(4000))
    await journal.flushed()

    journal.append(1, 'y'.repeat(4000))
    await expect(journal.flushed()).rejects.toThrow(/no space is left/i)
    await journal.close()
    await disk.remove('filler')
    const again = await openJournal(options)
    again.append(1, 'z'.repeat(4000))
    await again.flushed()

    expect(again.acknowledged).toBe(2)
    await again.close()
  })

  test('closing rejects when it could not flush what was appended', async () => {
    const { journal, disk } = await onSimulatedDisk()
    disk.failAt(disk.operations + 2, 'io-error')
    journal.append(1, 'lost')

    await expect(journal.close()).rejects.toMatchObject({ code: 'journal-halted' })
  })
})

describe('bounds', () => {
  test('too much waiting is refused with journal-behind, and later taken', async () => {
    const { journal } = await onSimulatedDisk({ pendingBytesMax: 200_000 })
    const append = () => journal.append(1, 'x'.repeat(1000))

    expect(() => {
      for (;;) append()
    }).toThrow(expect.objectContaining({ code: 'journal-behind', retryable: true }))
    const accepted = journal.lastNumber
    await journal.flushed()

    expect(accepted).toBe(Math.floor(200_000 / 1032))
    expect([append(), journal.acknowledged]).toEqual([accepted + 1, accepted])
    await journal.close()
  })

  test('a record longer than a segment is a programmer error and takes no number', async () => {
    const { journal } = await onSimulatedDisk({ segmentBytes: 512 })

    expect(() => journal.append(1, 'x'.repeat(500))).toThrow('a record fits in one segment')
    expect(journal.append(1, 'x')).toBe(1)
    await journal.close()
  })

  test('a kind outside 16 bits and an append after close are programmer errors', async () => {
    const { journal } = await onSimulatedDisk()

    expect(() => journal.append(65_536, 'x')).toThrow('a kind is 0 to 65535')
    await journal.close()
    expect(() => journal.append(1, 'x')).toThrow('nothing is appended to a closed journal')
  })
})

describe('determinism', () => {
  test('the same calls leave the same bytes in every file', async () => {
    const left: Record<string, string>[] = []
    for (let run = 0; run < 2; run++) {
      const { journal, disk } = await onSimulatedDisk({ segmentBytes: 4096 })
      for (let count = 0; count < 500; count++) {
        journal.append(count % 5, `record ${count}`)
        if (count % 37 === 0) await journal.flushed()
      }
      await journal.close()
      left.push(await contents(disk))
    }

    expect(left[0]).toEqual(left[1])
  })

  test('where segments begin does not depend on the batches', async () => {
    const names: string[][] = []
    for (const batch of [1, 100]) {
      const { journal, disk } = await onSimulatedDisk({ segmentBytes: 4096 })
      for (let count = 1; count <= 500; count++) {
        journal.append(1, `record ${count}`)
        if (count % batch === 0) await journal.flushed()
      }
      await journal.close()
      names.push((await disk.list('journal')).filter((name) => name.endsWith('.journal')))
    }

    expect(names[0]).toEqual(names[1])
  })
})

async function onSimulatedDisk(more: Partial<OpenJournalOptions> = {}, capacityBytes = 2 ** 30) {
  const disk = new SimulatedDisk({ capacityBytes })
  const halts: Error[] = []
  const listener = { onAcknowledged: () => {}, onHalted: (reason: Error) => halts.push(reason) }
  const options = { disk, folder: 'journal', segmentBytes: 64 * 1024, listener, ...more }
  return { disk, halts, options, journal: await openJournal(options) }
}

async function contents(disk: Disk): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const name of await disk.list('journal')) {
    files[name] = Buffer.from(await disk.readFile(`journal/${name}`)).toString('base64')
  }
  return files
}
