import { expect, test } from 'vitest'
import { type Disk, type DiskFile } from './disk.ts'
import { writeAll } from './disk-steps.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)

/** What every `Disk` does. `makeDisk` gives a disk and an existing, empty folder on it. */
export function diskConformance(makeDisk: () => Promise<{ disk: Disk; folder: string }>): void {
  const withFile = async (
    content: string,
    act: (file: DiskFile, disk: Disk, path: string) => Promise<void>,
  ) => {
    const { disk, folder } = await makeDisk()
    const path = `${folder}/file`
    const file = await disk.open(path, { create: true })
    await writeAll(file, bytes(content), 0)
    await act(file, disk, path)
    await file.close()
  }

  test('what was written is read back, by handle and as a whole', () =>
    withFile('hello world', async (file, disk, path) => {
      await file.dataSync()
      const target = new Uint8Array(5)

      const count = await file.read(target, 6)

      expect([count, text(target)]).toEqual([5, 'world'])
      expect(text(await disk.readFile(path))).toBe('hello world')
    }))

  test('a read at the end is short, beyond it empty', () =>
    withFile('abc', async (file) => {
      const target = new Uint8Array(8)

      expect([await file.read(target, 1), await file.read(target, 3)]).toEqual([2, 0])
      expect(await file.read(target, 99)).toBe(0)
    }))

  test('a write beyond the end leaves zeros between', () =>
    withFile('ab', async (file, disk, path) => {
      await file.write(bytes('z'), 4)

      expect([...(await disk.readFile(path))]).toEqual([97, 98, 0, 0, 122])
    }))

  test('a write inside changes only what it covers', () =>
    withFile('aaaaaa', async (file, disk, path) => {
      await file.write(bytes('bb'), 2)

      expect(text(await disk.readFile(path))).toBe('aabbaa')
    }))

  test('truncate shortens, and lengthens with zeros', () =>
    withFile('abcdef', async (file, disk, path) => {
      await file.truncate(2)
      await file.truncate(4)

      expect([...(await disk.readFile(path))]).toEqual([97, 98, 0, 0])
      expect(await file.size()).toBe(4)
    }))

  test('open without create keeps the content and refuses an absent file', () =>
    withFile('kept', async (_, disk, path) => {
      const again = await disk.open(path, { create: true })

      expect(await again.size()).toBe(4)
      await again.close()
      await expect(disk.open(`${path}-absent`)).rejects.toMatchObject({ code: 'file-missing' })
    }))

  test('a file in an absent folder cannot be created', async () => {
    const { disk, folder } = await makeDisk()

    const opening = disk.open(`${folder}/absent/file`, { create: true })

    await expect(opening).rejects.toMatchObject({ code: 'file-missing' })
  })

  test('absent files cannot be read, renamed or removed', async () => {
    const { disk, folder } = await makeDisk()
    const missing = { code: 'file-missing', message: expect.stringContaining('it does not exist') }

    await expect(disk.readFile(`${folder}/x`)).rejects.toMatchObject(missing)
    await expect(disk.rename(`${folder}/x`, `${folder}/y`)).rejects.toMatchObject(missing)
    await expect(disk.remove(`${folder}/x`)).rejects.toMatchObject(missing)
  })

  test('a folder is not a file', async () => {
    const { disk, folder } = await makeDisk()

    await expect(disk.open(folder)).rejects.toMatchObject({ code: 'disk-failed' })
    await expect(disk.readFile(folder)).rejects.toMatchObject({ code: 'disk-failed' })
    await expect(disk.remove(folder)).rejects.toMatchObject({ code: 'disk-failed' })
  })

  test('rename moves the content over what was there', () =>
    withFile('new', async (_, disk, path) => {
      await disk.replaceFile(`${path}-old`, bytes('old'))

      await disk.rename(path, `${path}-old`)

      expect(text(await disk.readFile(`${path}-old`))).toBe('new')
      expect(await disk.exists(path)).toBe(false)
    }))

  test('replaceFile makes, replaces and leaves nothing beside', async () => {
    const { disk, folder } = await makeDisk()

    await disk.replaceFile(`${folder}/state`, bytes('first and longer'))
    await disk.replaceFile(`${folder}/state`, bytes('second'))

    expect(text(await disk.readFile(`${folder}/state`))).toBe('second')
    expect(await disk.list(folder)).toEqual(['state'])
  })

  test('a removed file stays readable through its open handle', () =>
    withFile('still here', async (file, disk, path) => {
      await disk.remove(path)
      const target = new Uint8Array(5)

      expect([await file.read(target, 0), text(target)]).toEqual([5, 'still'])
      expect(await disk.exists(path)).toBe(false)
    }))

  test('list names files and folders, sorted, and an absent folder is empty', async () => {
    const { disk, folder } = await makeDisk()
    await disk.makeFolder(`${folder}/b/deep`)
    await disk.makeFolder(`${folder}/b`)
    for (const name of ['c', 'a', 'b/x']) await disk.replaceFile(`${folder}/${name}`, bytes(name))

    expect(await disk.list(folder)).toEqual(['a', 'b', 'c'])
    expect(await disk.list(`${folder}/b/`)).toEqual(['deep', 'x'])
    expect(await disk.list(`${folder}/nowhere`)).toEqual([])
    expect([await disk.exists(folder), await disk.exists(`${folder}/b/x`)]).toEqual([true, true])
  })

  test('a folder cannot take the place of a file', () =>
    withFile('', async (_, disk, path) => {
      await expect(disk.makeFolder(path)).rejects.toMatchObject({ code: 'disk-failed' })
    }))

  test('flushing a folder works, an absent one is missing', async () => {
    const { disk, folder } = await makeDisk()

    await disk.syncDirectory(folder)

    await expect(disk.syncDirectory(`${folder}/no`)).rejects.toMatchObject({ code: 'file-missing' })
  })

  test('a closed handle does nothing more and closes twice', () =>
    withFile('x', async (file) => {
      await file.close()
      await file.close()

      await expect(file.write(bytes('y'), 0)).rejects.toMatchObject({ code: 'disk-failed' })
      await expect(file.dataSync()).rejects.toMatchObject({ code: 'disk-failed' })
    }))

  test('two handles of one file see each other', () =>
    withFile('one', async (_, disk, path) => {
      const other = await disk.open(path)

      await other.write(bytes('two'), 0)
      await other.close()

      expect(text(await disk.readFile(path))).toBe('two')
    }))

  test('an empty file is readable', () =>
    withFile('', async (file, disk, path) => {
      expect([await file.size(), (await disk.readFile(path)).length]).toEqual([0, 0])
    }))
}
