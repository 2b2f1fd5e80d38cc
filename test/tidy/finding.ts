import type { Source } from './source.ts'

/**
 * What a rule reports: one place, one sentence that names the way out.
 *
 * A line may be excused with `// tidy-ok: <why>` at its end or alone on the line above. The
 * excuse needs a reason, covers habits of a line only (never floors, cycles, names or sizes), and
 * one that excuses nothing is itself a finding, so that excuses do not outlive their cause.
 */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
  /** Whether `tidy-ok` may cover it. */
  readonly excusable: boolean
}

export type Rule = (source: Source) => Finding[]

export function formatFinding({ path, line, message }: Finding): string {
  return `${path}:${line}: ${message}`
}

const EXCUSE = /^\s*tidy-ok\b:?\s*(.*)$/s

/** Takes the excused findings out and adds those about the excuses themselves. */
export function applyExcuses(source: Source, findings: readonly Finding[]): Finding[] {
  const excuses = source.comments.flatMap((comment) => {
    const reason = EXCUSE.exec(comment.text)?.[1]
    if (reason === undefined) return []
    const line = source.lineAt(comment.start)
    const alone = source.lines[line - 1]!.trimStart().startsWith('//')
    return [{ line, covers: alone ? line + 1 : line, reason: reason.trim() }]
  })
  const excused = (finding: Finding) =>
    finding.excusable && excuses.some(({ covers }) => covers === finding.line)
  const aboutExcuses = excuses.flatMap(({ line, covers, reason }) => {
    const complain = (message: string) => [{ path: source.path, line, message, excusable: false }]
    if (reason.length < 8)
      return complain('tidy-ok needs a reason: `// tidy-ok: <why this is safe>`')
    const used = findings.some((finding) => finding.excusable && finding.line === covers)
    return used ? [] : complain('this tidy-ok excuses nothing; delete it')
  })
  return [...findings.filter((finding) => !excused(finding)), ...aboutExcuses]
}
