import { formatFinding } from './finding.ts'
import { parseSource } from './source.ts'
import { inspect } from './tidy.ts'

/**
 * Plants files that exist only in a test and gives what tidy says of them, one line a finding, so
 * that a rule that can no longer fail fails its own test. Snippets need no head comment here; the
 * rule on heads is tried without this file.
 */
export function plant(files: Readonly<Record<string, string>>): string[] {
  const sources = Object.entries(files).map(([path, text]) => parseSource(path, text))
  const lines = inspect(sources).map(formatFinding)
  return lines.filter((line) => !line.includes(': no head comment;'))
}

/** One planted file. */
export function plantAt(path: string, text: string): string[] {
  return plant({ [path]: text })
}
