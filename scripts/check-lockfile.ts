import { readFileSync } from 'node:fs'
import { lockfileFaults } from './lockfile.ts'
import type { Lockfile, Manifest } from './lockfile.ts'

/** `tsx scripts/check-lockfile.ts`: fails with one line for each hole in package-lock.json. */
const root = new URL('..', import.meta.url)
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T

const { workspaces } = read<{ workspaces: string[] }>('package.json')
const manifests = Object.fromEntries(
  ['', ...workspaces].map((folder) => {
    const path = folder === '' ? 'package.json' : `${folder}/package.json`
    return [folder, read<Manifest>(path)]
  }),
)
const faults = lockfileFaults(manifests, read<Lockfile>('package-lock.json'))
for (const fault of faults) process.stderr.write(`lockfile: ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
