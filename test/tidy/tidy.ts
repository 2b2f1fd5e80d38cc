import { readdirSync, readFileSync } from 'node:fs'
import { bannedFindings } from './banned.ts'
import { cycleFindings } from './cycles.ts'
import { applyExcuses } from './finding.ts'
import type { Finding, Rule } from './finding.ts'
import { floorFindings } from './floors.ts'
import { habitFindings } from './habits.ts'
import { shapeFindings } from './shape.ts'
import { parseSource } from './source.ts'
import type { Source } from './source.ts'

/**
 * The house rules, all of them, over every TypeScript file the project keeps. To add one, write a
 * `Rule` in a file of its own, plant a bad snippet in its test, and name it here.
 */
export const rules: readonly Rule[] = [floorFindings, bannedFindings, habitFindings, shapeFindings]

const FOLDERS = ['src', 'web', 'test', 'bench', 'scripts', 'examples']
const SKIPPED = new Set(['node_modules', 'dist', 'coverage'])

export function tidy(root: string): Finding[] {
  return inspect(readSources(root))
}

export function inspect(sources: readonly Source[]): Finding[] {
  const ofFiles = sources.flatMap((source) => {
    return applyExcuses(
      source,
      rules.flatMap((rule) => rule(source)),
    )
  })
  return [...ofFiles, ...cycleFindings(sources)].toSorted(byPlace)
}

export function readSources(root: string): Source[] {
  const paths = FOLDERS.flatMap((folder) => filesBelow(root, folder))
  return paths
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(`${root}/${path}`, 'utf8')))
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(root, path) : [path]
  })
}

function byPlace(a: Finding, b: Finding): number {
  return a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1
}
