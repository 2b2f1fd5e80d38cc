import type { Finding } from './finding.ts'
import { isTest } from './source.ts'
import type { Import, Source } from './source.ts'

/**
 * A file imports only from its own folder or from a lower floor, and another folder only through
 * its `index.ts`; what a type says is knowledge too, so type imports count. Folders of one floor do
 * not know each other: each can then be read, tested and moved out alone. The dashboard knows the
 * types of `src/server/protocol.ts` and nothing else of the product.
 */
export const floors: Readonly<Record<string, number>> = {
  runtime: 0,
  resilience: 1,
  journal: 1,
  engine: 2,
  queue: 2,
  postgres: 2,
  trading: 2,
  exchange: 3,
  server: 3,
  app: 4,
  simulation: 5,
  cli: 6,
}

const PROTOCOL = 'src/server/protocol.ts'

export function floorFindings(source: Source): Finding[] {
  const report = (line: number, message: string): Finding => ({
    path: source.path,
    line,
    message,
    excusable: false,
  })
  const check = source.path.startsWith('web/') ? webFault : sourceFault
  if (check === sourceFault && folderOf(source.path) === null) return []
  return source.imports.flatMap((one) => {
    const fault = check(source.path, one)
    return fault === null ? [] : [report(one.line, fault)]
  })
}

function webFault(_path: string, { target, typeOnly, specifier }: Import): string | null {
  if (target === null || target.startsWith('web/')) return null
  if (target !== PROTOCOL) return `web may not import ${specifier}; move the type to ${PROTOCOL}`
  return typeOnly ? null : `web may only \`import type\` from ${PROTOCOL}`
}

function sourceFault(path: string, { target, specifier }: Import): string | null {
  if (target === null) return null
  const own = folderOf(path)!
  const other = folderOf(target)
  if (floors[own] === undefined)
    return `src/${own} has no floor; give it one in test/tidy/floors.ts`
  if (other === null) {
    return target === 'package.json' || isTest(path) ? null : `src may not import ${specifier}`
  }
  if (other === own) return null
  if (floors[other] === undefined) {
    return `src/${other} has no floor; give it one in test/tidy/floors.ts`
  }
  if (floors[other] > floors[own]) {
    return (
      `${own} (floor ${floors[own]}) may not import ${other} (floor ${floors[other]}); ` +
      `take it as an argument, or move this code up`
    )
  }
  if (floors[other] === floors[own]) {
    return (
      `${own} and ${other} share floor ${floors[own]} and may not know each other; ` +
      `join them on floor ${floors[own] + 1} or above`
    )
  }
  const front = `src/${other}/index.ts`
  return target === front || isTest(path) ? null : `import ${other} only through ${front}`
}

/** "trading" for src/trading/money.ts; "." for a file directly in src; null outside src. */
function folderOf(path: string): string | null {
  const match = /^src\/(?:([^/]+)\/)?[^/]+$|^src\/([^/]+)\//.exec(path)
  return match === null ? null : (match[1] ?? match[2] ?? '.')
}
