import { expect, test } from 'vitest'
import { SimulatedDisk, silentLog } from '../runtime/index.ts'
import { mortalDisk } from './broken-disk.conformance.ts'
import { lockFolder } from './lock.ts'

const folder = 'journal'

test('a lock of our own process id is from an earlier life', async () => {
  const disk = await withFiles('lock-1-00c0ffee')

  const lock = await lockFolder(disk, folder, ownerAmong(1, [1]), silentLog)

  expect(await disk.list(folder)).toEqual(['lock-1-1d173b86'])
  await lock.release()
  expect(await disk.list(folder)).toEqual([])
})

test('locks of dead processes are removed, other files are not', async () => {
  const disk = await withFiles('lock-2-841e6a3c', 'lock-3-f3195aaa', 'head', 'lock-me-not')

  await lockFolder(disk, folder, ownerAmong(1, [1]), silentLog)

  expect(await disk.list(folder)).toEqual(['head', 'lock-1-1d173b86', 'lock-me-not'])
})

test('a lock whose process id belongs to another process by now is removed', async () => {
  const disk = await withFiles('lock-2-00c0ffee')

  await lockFolder(disk, folder, ownerAmong(1, [1, 2]), silentLog)

  expect(await disk.list(folder)).toEqual(['lock-1-1d173b86'])
})

test('a refused process leaves no lock behind', async () => {
  const disk = await withFiles('lock-2-841e6a3c')

  const refused = lockFolder(disk, folder, ownerAmong(1, [1, 2]), silentLog)

  await expect(refused).rejects.toThrow(
    'Process 2 has the journal journal open. Stop it first; if it is not Genesis, ' +
      'remove journal/lock-2-841e6a3c.',
  )
  expect(await disk.list(folder)).toEqual(['lock-2-841e6a3c'])
})

test('of two that start at the same moment never do both go on', async () => {
  for (let lead = 0; lead < 20; lead++) {
    const disk = await withFiles()
    const other = mortalDisk(disk, 100).disk
    const living = [1, 2]

    const first = lockFolder(disk, folder, ownerAmong(1, living), silentLog)
    for (let turn = 0; turn < lead; turn++) await Promise.resolve()
    const second = lockFolder(other, folder, ownerAmong(2, living), silentLog)
    const outcomes = await Promise.allSettled([first, second])

    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  }
})

function ownerAmong(pid: number, living: readonly number[]) {
  return {
    pid,
    identityOf: (other: number) => (living.includes(other) ? `born-${other}` : undefined),
  }
}

async function withFiles(...names: string[]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk()
  await disk.makeFolder(folder)
  for (const name of names) await (await disk.open(`${folder}/${name}`, { create: true })).close()
  return disk
}
