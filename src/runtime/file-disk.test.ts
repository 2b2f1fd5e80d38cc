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
