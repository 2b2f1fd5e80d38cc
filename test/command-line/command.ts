/**
 * The built command in a new folder of its own, run to its end: what it said, how it ended and
 * which files it left. The environment is empty but for the PATH, and nothing outlives a test.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

export const bin = fileURLToPath(new URL('../../bin/genesis.js', import.meta.url))
const DEADLINE_MS = 30_000

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A folder with these files, removed when `use` is done. */
export async function inFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(`${tmpdir()}/genesis-command-`)
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(`${folder}/${name}`), { recursive: true })
      await writeFile(`${folder}/${name}`, content)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function genesis(folder: string, args: readonly string[]): Promise<Outcome> {
  const options = {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 2 ** 28,
  }
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [bin, ...args], options, (_error, stdout, stderr) => {
      const { exitCode } = child
      if (exitCode === null) reject(new Error(`genesis ${args.join(' ')} was ended by force`))
      else resolve({ code: exitCode, stdout, stderr })
    })
  })
}

/** A refusal is one sentence on stderr, nothing on stdout, and no new file. */
export async function expectRefusal(
  args: readonly string[],
  expected: { readonly sentence: string; readonly code?: 1 | 2; readonly files?: Files },
): Promise<void> {
  const { sentence, code = 1, files = {} } = expected
  await inFolder(files, async (folder) => {
    const before = await filesIn(folder)
    const outcome = await genesis(folder, args)
    const stderr = `genesis: ${sentence}\n`
    expect({ ...outcome, files: await filesIn(folder) }).toEqual({
      code,
      stdout: '',
      stderr,
      files: before,
    })
  })
}

export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort()
}
