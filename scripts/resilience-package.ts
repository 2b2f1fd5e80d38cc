import { posix } from 'node:path'
import { children, isNode, parseSource } from '../test/tidy/source.ts'
import type { Node, Source } from '../test/tidy/source.ts'

/**
 * What the genesis-resilience package is made of: the sources behind src/resilience/index.ts as
 * they stand, and of src/runtime only the files they need.
 *
 * What holds: the front door of the packed runtime is the real one with the lines left out that
 * nobody here needs, and no packed file imports anything but Node and other packed files.
 */
export interface PackedSource {
  readonly path: string
  readonly text: string
}

/** Also for users of the package: time and chance in their tests, and errors to tell apart. */
const OFFERED = ['SimulatedClock', 'GenesisError', 'systemClock', 'createRandom', 'Clock', 'Random']

const ENTRY = 'src/resilience/index.ts'
const FRONT = 'src/runtime/index.ts'

/** `read` gives the text of every file under src/resilience and src/runtime, by its path. */
export function packedSources(read: ReadonlyMap<string, string>): PackedSource[] {
  const sources = new Map([...read].map(([path, text]) => [path, parseSource(path, text)]))
  const own = reachable([known(ENTRY, sources)], sources, (path) => path !== FRONT)
  const wanted = new Set([...own.flatMap((source) => importedFrom(source, FRONT)), ...OFFERED])
  const all = reachable([...own, trimmedFront(wanted, sources)], sources, () => true)
  return all.map(({ path, text }) => ({ path, text }))
}

/** A page as it is true where only the package is: its names, its folders. */
export function packedPage(markdown: string): string {
  return markdown
    .replaceAll("'genesis/resilience'", "'genesis-resilience'")
    .replaceAll("'genesis/runtime'", "'genesis-resilience/runtime'")
    .replaceAll('](../../docs/', '](docs/')
}

/** These and all they import, each once. */
function reachable(
  from: readonly Source[],
  sources: ReadonlyMap<string, Source>,
  follows: (path: string) => boolean,
): Source[] {
  const found = new Map(from.map((source) => [source.path, source]))
  for (const source of found.values()) {
    for (const target of targetsOf(source).filter(follows)) {
      if (!found.has(target)) found.set(target, known(target, sources))
    }
  }
  return [...found.values()]
}

export function packageManifest(version: string): Record<string, unknown> {
  const entry = (folder: string) => ({
    types: `./${folder}/index.d.ts`,
    default: `./${folder}/index.js`,
  })
  return {
    name: 'genesis-resilience',
    version,
    description:
      'Circuit breaker with six states, hedging, retries, deadlines, one attempt budget and ' +
      'adaptive concurrency, composed in a fixed order. No dependencies.',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    exports: {
      '.': entry('resilience'),
      './runtime': entry('runtime'),
      './package.json': './package.json',
    },
    engines: { node: '>=20.19.0' },
  }
}

/** The lines of the front door that lead to something wanted. */
function trimmedFront(wanted: ReadonlySet<string>, sources: ReadonlyMap<string, Source>): Source {
  const front = known(FRONT, sources)
  const lines = bodyOf(front).filter((statement) => {
    const target = targetOf(front, statement)
    if (target === null) throw new Error(`${FRONT} holds more than exports of its files`)
    return [...exportedBy(statement, known(target, sources))].some((name) => wanted.has(name))
  })
  const text = lines.map(({ start, end }) => front.text.slice(start, end)).join('\n')
  return parseSource(FRONT, `${text}\n`)
}

function exportedBy(statement: Node, source: Source): string[] {
  if (statement.type === 'ExportAllDeclaration') return declaredIn(source)
  return nodesOf(statement['specifiers']).map(({ exported }) => nameOf(exported))
}

function declaredIn(source: Source): string[] {
  return bodyOf(source).flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const declaration = statement['declaration']
    const declared = isNode(declaration) ? [declaration, ...children(declaration)] : []
    const specified = nodesOf(statement['specifiers']).map(({ exported }) => nameOf(exported))
    return [...declared.map(({ id }) => nameOf(id)), ...specified]
  })
}

/** Types included: they are what the packed declarations name. */
function importedFrom(source: Source, path: string): string[] {
  return bodyOf(source)
    .filter((statement) => targetOf(source, statement) === path)
    .flatMap((statement) => nodesOf(statement['specifiers']))
    .map(({ imported, local }) => nameOf(imported ?? local))
}

function targetsOf(source: Source): string[] {
  return source.imports.flatMap(({ specifier, target }) => {
    if (specifier.startsWith('node:')) return []
    if (target === null) throw new Error(`${source.path} needs ${specifier}: it cannot be packed`)
    return [target]
  })
}

function targetOf(source: Source, statement: Node): string | null {
  const specifier = (statement['source'] as { value?: unknown } | null | undefined)?.value
  if (typeof specifier !== 'string' || !specifier.startsWith('.')) return null
  return posix.join(posix.dirname(source.path), specifier)
}

function known(path: string, sources: ReadonlyMap<string, Source>): Source {
  const source = sources.get(path)
  if (source === undefined) throw new Error(`${path} is outside src/resilience and src/runtime`)
  return source
}

function bodyOf(source: Source): Node[] {
  return nodesOf(source.program['body'])
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function nameOf(node: unknown): string {
  const name = (node as { name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? name : ''
}
