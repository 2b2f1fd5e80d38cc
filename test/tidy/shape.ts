import { posix } from 'node:path'
import type { Finding } from './finding.ts'
import { isTest, walk } from './source.ts'
import type { Source } from './source.ts'

/**
 * What a file looks like from outside: a kebab-case noun that says what is inside, a head comment
 * that says what holds and why, and a size a reader can keep in mind.
 */
export const LINES_MAX = 400
export const COLUMNS_MAX = 100

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.tsx?$/
const FOLDER = /^[a-z0-9]+(-[a-z0-9]+)*$/
const DRAWER = /^(.+-)?(utils?|common|helpers?|misc)$|^manager$/
const HEAD_LENGTH_MIN = 30

export function shapeFindings(source: Source): Finding[] {
  return [...nameFindings(source), ...sizeFindings(source), ...headFindings(source)]
}

function nameFindings({ path }: Source): Finding[] {
  const report = (message: string): Finding => ({ path, line: 1, message, excusable: false })
  const name = posix.basename(path)
  const folders = path.split('/').slice(0, -1)
  const bad = [...folders, name.replace(/\..*$/, '')].find((part) => DRAWER.test(part))
  return [
    ...(KEBAB.test(name) ? [] : [report(`${name} is not kebab-case; like this: order-book.ts`)]),
    ...folders
      .filter((folder) => !FOLDER.test(folder))
      .map((folder) => report(`folder ${folder} is not kebab-case`)),
    ...(bad ? [report(`"${bad}" names a drawer; name the one thing that is inside`)] : []),
  ]
}

function sizeFindings(source: Source): Finding[] {
  const { path, lines } = source
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length
  const report = (line: number, message: string, excusable: boolean): Finding[] => [
    { path, line, message, excusable },
  ]
  const isData = isTest(path) ? linesWithText(source) : new Set<number>()
  return [
    ...(count > LINES_MAX
      ? report(LINES_MAX + 1, `${count} lines; split it, ${LINES_MAX} is the limit`, false)
      : []),
    ...lines.flatMap((line, index) => {
      const columns = Array.from(line).length
      if (columns <= COLUMNS_MAX || isData.has(index + 1)) return []
      return report(index + 1, `${columns} columns; ${COLUMNS_MAX} is the limit`, true)
    }),
  ]
}

/** The lines of a test that hold a text: data may be as long as it is. */
function linesWithText({ program, lineAt }: Source): Set<number> {
  const found = new Set<number>()
  walk(program, (node) => {
    const text = node.type === 'Literal' && typeof node['value'] === 'string'
    if (!text && node.type !== 'TemplateElement') return
    for (let line = lineAt(node.start); line <= lineAt(node.end); line++) found.add(line)
  })
  return found
}

/** An index that only passes names on, and a test, whose names are sentences, need no head. */
function headFindings({ path, program, comments }: Source): Finding[] {
  if (isTest(path)) return []
  const statements = program['body'] as { type: string; start: number; source?: unknown }[]
  const first = statements.find(({ type, source }) => type !== 'ImportDeclaration' && !source)
  if (!first) return []
  const head = comments.find(({ start, text }) => {
    return start < first.start && text.trim().length >= HEAD_LENGTH_MIN && !/^\s*tidy-ok/.test(text)
  })
  if (head) return []
  const message = 'no head comment; say above the code what holds here and why'
  return [{ path, line: 1, message, excusable: false }]
}
