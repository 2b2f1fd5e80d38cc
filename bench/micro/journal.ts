import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { openJournal, verifyJournal } from 'genesis/journal'
import { fileDisk, systemClock } from 'genesis/runtime'
import type { Row } from '../row.ts'

/**
 * Records a second that are on the disk, flushed, with 1, 16 and 256 appenders, each of which
 * waits for its record before it appends the next; and how fast they are read again. The disk is
 * the real one under the temporary folder: on a memory file system these figures mean nothing.
 */
const payload = JSON.stringify({ topic: 'order.filled', key: 'BTCUSDT', fill: 'x'.repeat(151) })
const shortPayload = 'y'.repeat(150)
const scanned = 1_000_000

export async function run(): Promise<Row[]> {
  const rows = [
    ...(await inFlight(1, 2_000)),
    ...(await inFlight(16, 40_000)),
    ...(await inFlight(256, 600_000, '>= 200000')),
    ...(await scan()),
  ]
  return rows.map((row) => ({ ...row, value: Math.round(row.value * 10) / 10 }))
}

async function inFlight(appenders: number, records: number, target?: string): Promise<Row[]> {
  return withFolder(async (folder) => {
    const journal = await openJournal({ disk: fileDisk(), folder, clock: systemClock() })
    const waitsMs = new Float64Array(records)
    let started = 0
    const appender = async (upTo: number): Promise<void> => {
      while (started < upTo) {
        const index = started++
        const start = performance.now()
        journal.append(1, payload)
        await journal.flushed()
        waitsMs[index] = performance.now() - start
      }
    }
    const all = (upTo: number) =>
      Promise.all(Array.from({ length: appenders }, () => appender(upTo)))
    const warm = records / 10
    await all(warm)
    const start = performance.now()
    await all(records)
    const seconds = (performance.now() - start) / 1000
    await journal.close()
    const waits = waitsMs.subarray(warm).sort()
    const at = (part: number) => waits[Math.floor(waits.length * part)]! * 1000
    const name = `journal, ${appenders} in flight`
    const rate = { name, value: (records - warm) / seconds, unit: 'records/s' }
    return [
      target === undefined ? rate : { ...rate, target },
      { name: `${name}, wait p50`, value: at(0.5), unit: 'us' },
      { name: `${name}, wait p99`, value: at(0.99), unit: 'us' },
    ]
  })
}

async function scan(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const disk = fileDisk()
    const journal = await openJournal({ disk, folder })
    for (let count = 1; count <= scanned; count++) {
      journal.append(1, shortPayload)
      if (count % 10_000 === 0) await journal.flushed()
    }
    await journal.close()

    const openMs = performance.now()
    const again = await openJournal({ disk, folder })
    const readMs = performance.now()
    let bytes = 0
    for await (const records of again.read(1)) {
      for (const record of records) bytes += record.payload.length
    }
    const verifyMs = performance.now()
    await again.close()
    const { verdict } = await verifyJournal({ disk, folder })
    const endMs = performance.now()
    if (bytes !== scanned * shortPayload.length || verdict !== 'clean') {
      throw new Error('the journal did not read back')
    }
    const what = '1 million records of 150 bytes'
    return [
      { name: `journal, start over ${what}`, value: readMs - openMs, unit: 'ms', target: '<= 200' },
      { name: `journal, read ${what}`, value: verifyMs - readMs, unit: 'ms', target: '<= 400' },
      { name: `journal, verify ${what}`, value: endMs - verifyMs, unit: 'ms' },
    ]
  })
}

async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'genesis-bench-'))
  try {
    return await act(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) console.table(await run())
