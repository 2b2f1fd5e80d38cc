import type { Finding } from './finding.ts'
import { isNode, isTest, walk } from './source.ts'
import type { Node, Source } from './source.ts'

/**
 * Habits that hide defects: a swallowed error, a switched-off type, a promise to finish later, a
 * test that cannot fail or that silences all the others.
 */
export function habitFindings(source: Source): Finding[] {
  const report = (offset: number, message: string): Finding => ({
    path: source.path,
    line: source.lineAt(offset),
    message,
    excusable: true,
  })
  const findings: Finding[] = []
  walk(source.program, (node) => {
    const message = nodeFault(node, isTest(source.path))
    if (message !== null) findings.push(report(node.start, message))
  })
  for (const comment of source.comments) {
    const word = /\b(TODO|FIXME|XXX|HACK)\b/.exec(comment.text)?.[1]
    if (word) findings.push(report(comment.start, `${word}: do it now, or open an issue`))
  }
  if (source.path.endsWith('.test.ts') && !asserts(source.program)) {
    findings.push(report(0, 'this test file asserts nothing; say what must hold with `expect`'))
  }
  return findings
}

function nodeFault(node: Node, test: boolean): string | null {
  if (node.type === 'CatchClause' && isEmptyBlock(node['body'])) {
    return 'an empty catch swallows the error; handle it, or let it through'
  }
  if (node.type === 'TSAnyKeyword') return '`any` switches the types off; use `unknown` or the type'
  if (node.type !== 'CallExpression') return null

  const callee = node['callee'] as Node
  const method = callee.type === 'MemberExpression' ? nameOf(callee['property']) : null
  if (method === 'catch' && swallows((node['arguments'] as Node[])[0])) {
    return 'an empty catch swallows the error; handle it, or let it through'
  }
  const chain = chainOf(callee)
  if (!test || chain === null || !/^(test|it|describe|suite|bench)$/.test(chain[0]!)) return null
  if (chain.includes('only')) return '`.only` silences every other test; delete it'
  if (chain.includes('todo')) return '`.todo` is a promise; write the test'
  if (chain.includes('skip'))
    return '`.skip` hides a test; use `skipIf` with the reason, or delete it'
  return null
}

function swallows(handler: Node | undefined): boolean {
  return handler !== undefined && /Function/.test(handler.type) && isEmptyBlock(handler['body'])
}

function isEmptyBlock(body: unknown): boolean {
  return isNode(body) && body.type === 'BlockStatement' && (body['body'] as Node[]).length === 0
}

/** Calls of expect, assert and of a suite every adapter shares (`diskConformance(...)`). */
function asserts(program: Node): boolean {
  let found = false
  walk(program, (node) => {
    if (node.type !== 'CallExpression') return
    const chain = chainOf(node['callee'] as Node)
    found ||=
      chain?.some((name) => /^(expect|assert|expectTypeOf)$|[cC]onformance$/.test(name)) ?? false
  })
  return found
}

/** ['test', 'each', 'only'] for `test.each(...).only`; null when it starts with no name. */
function chainOf(node: Node): string[] | null {
  if (node.type === 'Identifier') return [node['name'] as string]
  if (node.type === 'CallExpression') return chainOf(node['callee'] as Node)
  if (node.type === 'TaggedTemplateExpression') return chainOf(node['tag'] as Node)
  if (node.type !== 'MemberExpression') return null
  const before = chainOf(node['object'] as Node)
  const name = nameOf(node['property'])
  return before === null || name === null ? before : [...before, name]
}

function nameOf(node: unknown): string | null {
  return isNode(node) && typeof node['name'] === 'string' ? node['name'] : null
}
