import { posix } from 'node:path'
import { parseSync } from 'vite'

/**
 * One parsed file, as every rule sees it.
 *
 * Rules work on the syntax tree, so a word inside a string or a comment is never mistaken for
 * code; TypeScript 7 offers no parser to scripts, therefore the tree is the one vite is built on.
 * Paths are relative to the repository's root and use forward slashes.
 */
export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  readonly program: Node
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
  /** The 1-based line of a character offset. */
  lineAt(offset: number): number
}

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Comment {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A static, dynamic, re-exporting or type-position import. */
export interface Import {
  readonly specifier: string
  /** The file a relative or `genesis/<folder>` specifier names; null for packages. */
  readonly target: string | null
  readonly typeOnly: boolean
  /** Names taken from the module, '*' for all of it. */
  readonly names: readonly string[]
  readonly line: number
}

export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource'
}

export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text)
  const fault = parsed.errors[0]
  if (fault) throw new UnreadableSource(`${path}: ${fault.message}`)

  const lines = text.split('\n')
  const starts = [0]
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1)
  const lineAt = (offset: number) => lineOf(starts, offset)

  const program = parsed.program as unknown as Node
  const imports = importsOf(program).map(({ at, specifier, typeOnly, names }) => ({
    specifier,
    typeOnly,
    names,
    line: lineAt(at),
    target: resolve(path, specifier),
  }))
  const comments = parsed.comments.map(({ value, start, end }) => ({ text: value, start, end }))
  return { path, text, lines, program, comments, imports, lineAt }
}

/** Calls `visit` on every node below and including `node`, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const child of children(node)) walk(child, visit)
}

export function children(node: Node): Node[] {
  const found: Node[] = []
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) found.push(...value.filter(isNode))
    else if (isNode(value)) found.push(value)
  }
  return found
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

export function isTest(path: string): boolean {
  return /\.(test|conformance)\.tsx?$/.test(path)
}

type RawImport = Pick<Import, 'specifier' | 'typeOnly' | 'names'> & { readonly at: number }

function importsOf(program: Node): RawImport[] {
  const found: RawImport[] = []
  walk(program, (node) => {
    const specifier = (node['source'] as { value?: unknown } | null | undefined)?.value
    if (typeof specifier !== 'string') return
    if (node.type === 'ImportExpression') {
      found.push({ at: node.start, specifier, typeOnly: false, names: ['*'] })
    } else if (node.type === 'TSImportType') {
      found.push({ at: node.start, specifier, typeOnly: true, names: ['*'] })
    } else if (node.type === 'ImportDeclaration' || node.type.startsWith('Export')) {
      found.push({ at: node.start, specifier, ...named(node) })
    }
  })
  return found
}

function named(node: Node): Pick<Import, 'typeOnly' | 'names'> {
  const kind = node['importKind'] ?? node['exportKind']
  const specifiers = (node['specifiers'] ?? []) as Node[]
  const each = specifiers.map((specifier) => ({
    name: (specifier['imported'] ?? specifier['local']) as { name?: string } | undefined,
    whole: /Namespace|Default/.test(specifier.type),
    type: (specifier['importKind'] ?? specifier['exportKind']) === 'type',
  }))
  const typeOnly = kind === 'type' || (each.length > 0 && each.every(({ type }) => type))
  const names = each.filter(({ type }) => !type).map((one) => (one.whole ? '*' : one.name?.name))
  const all = node.type === 'ExportAllDeclaration'
  return { typeOnly, names: all ? ['*'] : names.map((name) => name ?? '*') }
}

function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const folder = /^genesis\/([a-z-]+)$/.exec(specifier)?.[1]
  return folder === undefined ? null : `src/${folder}/index.ts`
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}
