import type { Finding } from './finding.ts'
import type { Source } from './source.ts'

/**
 * No file reaches itself through its imports: a cycle has no first file to read, and its
 * initialisation order is an accident. Each knot is reported once, with its shortest circle.
 */
export function cycleFindings(sources: readonly Source[]): Finding[] {
  const known = new Map(sources.map((source) => [source.path, source]))
  const reported = new Set<string>()
  return sources.flatMap((source) => {
    if (reported.has(source.path)) return []
    const circle = shortestCircle(source, known)
    if (circle === null) return []
    for (const path of circle) reported.add(path)
    const line = source.imports.find(({ target }) => target === (circle[1] ?? circle[0]))!.line
    const route = [...circle, source.path].join(' -> ')
    const message = `import cycle ${route}; move what both need into a file of its own`
    return [{ path: source.path, line, message, excusable: false }]
  })
}

/** Breadth first from `start` back to it: the files on the way, `start` first. */
function shortestCircle(start: Source, known: ReadonlyMap<string, Source>): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start.path]
  for (const path of queue) {
    for (const { target } of known.get(path)!.imports) {
      if (target === start.path) return routeTo(path, cameFrom)
      if (target === null || !known.has(target) || cameFrom.has(target)) continue
      cameFrom.set(target, path)
      queue.push(target)
    }
  }
  return null
}

function routeTo(path: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const route: string[] = []
  for (let at: string | undefined = path; at !== undefined; at = cameFrom.get(at)) route.unshift(at)
  return route
}
