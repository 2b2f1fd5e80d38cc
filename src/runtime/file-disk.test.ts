import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { diskConformance } from './disk.conformance.ts'
import { fileDisk } from './file-disk.ts'

const root = mkdtempSync(join(tmpdir(), 'genesis-file-disk-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

diskConformance(async () => ({ disk: fileDisk(), folder: mkdtempSync(join(root, 'case-')) }))

test('an error names what was tried, the path and the system code', async () => {
  const path = join(root, 'absent')

  const reading = fileDisk().readFile(path)

  await expect(reading).rejects.toMatchObject({
    code: 'file-missing',
    message: `cannot read ${path}: it does not exist`,
    details: { path, system: 'ENOENT' },
    cause: { code: 'ENOENT' },
  })
})

test('a folder where a file is is refused', async () => {
  const disk = fileDisk()
  await disk.replaceFile(join(root, 'file'), new Uint8Array(1))

  const making = disk.makeFolder(join(root, 'file'))

  await expect(making).rejects.toThrow('there is a file of that name')
})

// Node's own recursive mkdir never returns here, and cannot be stopped.
test.skipIf(process.platform !== 'linux')('a folder the system refuses is refused', async () => {
  const making = fileDisk().makeFolder('/proc/genesis/data')

  await expect(making).rejects.toMatchObject({ code: 'file-missing' })
})
