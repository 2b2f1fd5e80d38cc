import { children, isNode } from './source.ts'
import type { Node } from './source.ts'

/**
 * Finds where a program reads a name it did not declare, that is, a global.
 *
 * Scopes are followed, so a parameter called `process` is no global; types are left out, since
 * naming `Date` as a type reads no clock.
 */
export interface Reference {
  readonly name: string
  readonly node: Node
  /** The node around the name: the call, the member access. */
  readonly parent: Node
}

/** Nodes of TypeScript that still hold a value expression. */
const VALUE_WRAPPERS = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSExportAssignment',
])
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/
const SCOPES = /^(Program|BlockStatement|StaticBlock|CatchClause|SwitchStatement|For\w*Statement)$/

export function globalReferences(program: Node): Reference[] {
  const found: Reference[] = []
  visit(program, null, [], found)
  return found
}

function visit(node: Node, parent: Node | null, scopes: readonly Set<string>[], out: Reference[]) {
  if (node.type.startsWith('TS') && !VALUE_WRAPPERS.has(node.type)) return
  const inner = opensScope(node) ? [...scopes, declaredIn(node)] : scopes
  if (node.type === 'Identifier' && parent && !isMereName(node, parent)) {
    const name = node['name'] as string
    if (!inner.some((scope) => scope.has(name))) {
      out.push({ name, node, parent })
    }
  }
  for (const child of children(node)) visit(child, node, inner, out)
}

function opensScope(node: Node): boolean {
  return SCOPES.test(node.type) || FUNCTIONS.test(node.type) || node.type.startsWith('Class')
}

/** An identifier that names a key, a label or an import rather than reading a variable. */
function isMereName(node: Node, parent: Node): boolean {
  if (parent['property'] === node || (parent['key'] === node && parent['value'] !== node)) {
    return parent['computed'] !== true
  }
  return /^(Import|Export).*Specifier$|Label|Break|Continue|MetaProperty/.test(parent.type)
}

function declaredIn(scope: Node): Set<string> {
  const names = new Set<string>()
  if (isNode(scope['id'])) addPattern(scope['id'], names)
  for (const parameter of (scope['params'] as Node[] | undefined) ?? [])
    addPattern(parameter, names)
  if (isNode(scope['param'])) addPattern(scope['param'], names)
  for (const child of children(scope)) addDeclarations(child, names, false)
  return names
}

/** Adds what a statement declares in its scope; `var` and nothing else climbs out of blocks. */
function addDeclarations(node: Node, names: Set<string>, nested: boolean): void {
  if (FUNCTIONS.test(node.type) || node.type.startsWith('Class')) {
    const named = node.type.endsWith('Declaration') && isNode(node['id'])
    if (named && !nested) addPattern(node['id'] as Node, names)
    return
  }
  if (node.type === 'VariableDeclaration') {
    if (nested && node['kind'] !== 'var') return
    for (const one of node['declarations'] as Node[]) addPattern(one['id'] as Node, names)
    return
  }
  if (node.type === 'ImportDeclaration') {
    for (const one of node['specifiers'] as Node[]) addPattern(one['local'] as Node, names)
    return
  }
  const transparent = /^Export|^SwitchCase$/.test(node.type)
  for (const child of children(node)) addDeclarations(child, names, nested || !transparent)
}

function addPattern(pattern: Node, names: Set<string>): void {
  if (pattern.type === 'Identifier') names.add(pattern['name'] as string)
  else if (pattern.type === 'AssignmentPattern') addPattern(pattern['left'] as Node, names)
  else if (pattern.type === 'RestElement') addPattern(pattern['argument'] as Node, names)
  else if (pattern.type === 'Property') addPattern(pattern['value'] as Node, names)
  else if (/^(Object|Array)Pattern$/.test(pattern.type)) {
    for (const child of children(pattern)) addPattern(child, names)
  }
}
