import type { Finding } from './finding.ts'
import { globalReferences } from './references.ts'
import type { Reference } from './references.ts'
import { isTest, walk } from './source.ts'
import type { Import, Node, Source } from './source.ts'

/**
 * Above floor 0 nothing reads a clock, a die, a disk, a socket or the machine it was not handed:
 * that is what makes a run repeatable from its seed and its journal. Each ban names what to use.
 *
 * Tests may reach for disks, sockets and processes of their own; even they own no clock and no
 * chance, or they would flake. Functions whose last bit differs between versions of V8 are
 * banned where the result could reach a journal.
 */
export function bannedFindings(source: Source): Finding[] {
  const folder = /^src\/([^/]+)\//.exec(source.path)?.[1]
  if (folder === undefined || folder === 'runtime') return []
  const test = isTest(source.path)
  const exact = !test && EXACT_FOLDERS.has(folder)
  const found: { at: number; ban: Ban }[] = []

  for (const reference of globalReferences(source.program)) {
    const ban = globalBan(reference, exact)
    if (ban) found.push({ at: reference.node.start, ban })
  }
  walk(source.program, (node) => {
    const ban = memberBan(node)
    if (ban) found.push({ at: (node['property'] as Node).start, ban })
  })
  const lines = found.map(({ at, ban }) => ({ line: source.lineAt(at), ban }))
  for (const one of source.imports) {
    for (const ban of importBans(one)) lines.push({ line: one.line, ban })
  }
  return lines
    .filter(({ ban }) => !test || TEST_KINDS.has(ban.kind))
    .map(({ line, ban }) => ({
      path: source.path,
      line,
      message: `${ban.what} is banned above floor 0; use ${ban.use}`,
      excusable: true,
    }))
}

interface Ban {
  readonly what: string
  readonly use: string
  readonly kind: 'time' | 'chance' | 'outside' | 'memory' | 'locale' | 'maths'
}

const TEST_KINDS = new Set<Ban['kind']>(['time', 'chance', 'locale'])

/** Where an inexact last bit would end in a journal or in a result. */
const EXACT_FOLDERS = new Set(['journal', 'engine', 'exchange'])

const TIMERS = '`clock.after`, `clock.every` or `clock.sleep`'
const CHANCE = 'the `random` of the Runtime, forked by name'
const DISK = 'the `disk` of the Runtime'
const NETWORK = 'the `network` of the Runtime'
const PROCESS = 'a value passed down from the entry (settings, arguments, life cycle in runtime)'
const EXACT = '+ - * / and Math.sqrt, or a deterministic form from runtime'

type Uses = Readonly<Record<string, readonly [use: string, kind: Ban['kind']]>>

/** Any mention of these globals. */
const GLOBALS: Uses = {
  performance: ['`clock.monotonicMs()`', 'time'],
  setTimeout: [TIMERS, 'time'],
  setInterval: [TIMERS, 'time'],
  setImmediate: ['`clock.turn()`', 'time'],
  clearTimeout: ['`Timer.cancel()`', 'time'],
  clearInterval: ['`Timer.cancel()`', 'time'],
  clearImmediate: ['`Timer.cancel()`', 'time'],
  crypto: [CHANCE, 'chance'],
  process: [PROCESS, 'outside'],
  console: ['the `log` of the Runtime', 'outside'],
  fetch: [NETWORK, 'outside'],
  WebSocket: [NETWORK, 'outside'],
  EventSource: [NETWORK, 'outside'],
  globalThis: ['the name itself, so that this rule can see it', 'outside'],
  global: ['the name itself, so that this rule can see it', 'outside'],
  require: ['`import`', 'outside'],
  WeakRef: ['a bounded map; garbage collection is not repeatable', 'memory'],
  FinalizationRegistry: ['an explicit close(); garbage collection is not repeatable', 'memory'],
  Intl: ['plain formatting; the locale belongs to the machine', 'locale'],
}

/** Members of globals that are otherwise welcome. */
const MEMBERS: Uses = {
  'Date.now': ['`clock.now()`', 'time'],
  'Math.random': [CHANCE, 'chance'],
  'AbortSignal.timeout': ['a deadline of the `clock`', 'time'],
  'Atomics.wait': [TIMERS, 'time'],
}

const INEXACT = /^(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot)$/

/** Members of any object: the name alone gives them away. */
const ANY_MEMBER: Uses = Object.fromEntries([
  ...['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'localeCompare'].map((name) => [
    name,
    ['plain formatting or `<`; the locale belongs to the machine', 'locale'],
  ]),
  ...'Date Day FullYear Hours Milliseconds Minutes Month Seconds'.split(' ').flatMap((part) => [
    [`get${part}`, [`\`getUTC${part}\`; the time zone belongs to the machine`, 'locale']],
    [`set${part}`, [`\`setUTC${part}\`; the time zone belongs to the machine`, 'locale']],
  ]),
  ['getTimezoneOffset', ['UTC; the time zone belongs to the machine', 'locale']],
])

/** Node's own modules, when a value is taken from them. */
const MODULES: Uses = {
  fs: [DISK, 'outside'],
  'fs/promises': [DISK, 'outside'],
  net: [NETWORK, 'outside'],
  tls: [NETWORK, 'outside'],
  http: [NETWORK, 'outside'],
  https: [NETWORK, 'outside'],
  http2: [NETWORK, 'outside'],
  dgram: [NETWORK, 'outside'],
  dns: [NETWORK, 'outside'],
  'dns/promises': [NETWORK, 'outside'],
  child_process: ['a part of runtime', 'outside'],
  worker_threads: ['a part of runtime', 'outside'],
  cluster: ['a part of runtime', 'outside'],
  process: [PROCESS, 'outside'],
  console: ['the `log` of the Runtime', 'outside'],
  os: ['a value passed down from the entry', 'outside'],
  v8: ['a part of runtime', 'outside'],
  timers: [TIMERS, 'time'],
  'timers/promises': [TIMERS, 'time'],
  perf_hooks: ['`clock.monotonicMs()`', 'time'],
}

/** Names of banned modules that only compute. */
const PURE_NET = /^(isIP|isIPv4|isIPv6|BlockList)$/

const RANDOM_CRYPTO = /^(\*|random\w*|getRandomValues|webcrypto|generate\w*)$/

function globalBan({ name, parent }: Reference, exact: boolean): Ban | null {
  const ban = GLOBALS[name]
  if (ban) return { what: name, use: ban[0], kind: ban[1] }
  if (name === 'Date') return dateBan(parent)
  const property = memberName(parent)
  if (property === null) {
    const whole = Object.keys(MEMBERS).find((key) => key.startsWith(`${name}.`))
    const test = parent.type === 'BinaryExpression' || parent.type === 'NewExpression'
    if (whole === undefined || test) return null
    return { what: `${name} as a value`, use: 'its members one by one', kind: 'outside' }
  }
  const full = `${name}.${property}`
  const member = MEMBERS[full]
  if (member) return { what: full, use: member[0], kind: member[1] }
  if (exact && name === 'Math' && INEXACT.test(property)) {
    return { what: full, use: EXACT, kind: 'maths' }
  }
  return null
}

/** `new Date(ms)`, `Date.UTC`, `Date.parse` and `instanceof Date` read no clock. */
function dateBan(parent: Node): Ban | null {
  const property = memberName(parent)
  if (property === 'UTC' || property === 'parse' || parent.type === 'BinaryExpression') return null
  const count = (parent['arguments'] as Node[] | undefined)?.length
  if (parent.type === 'NewExpression' && count === 1) return null
  if (parent.type === 'NewExpression' && count! > 1) {
    const use = '`new Date(Date.UTC(...))`; the time zone belongs to the machine'
    return { what: 'new Date(year, month, ...)', use, kind: 'locale' }
  }
  const form =
    parent.type === 'NewExpression' ? 'new Date()' : `Date${property ? `.${property}` : ''}`
  return { what: form, use: '`clock.now()`', kind: 'time' }
}

function memberBan(node: Node): Ban | null {
  const property = memberName(node)
  const ban = property !== null && Object.hasOwn(ANY_MEMBER, property) ? ANY_MEMBER[property] : null
  return ban ? { what: property!, use: ban[0], kind: ban[1] } : null
}

function importBans({ specifier, typeOnly, names }: Import): Ban[] {
  if (typeOnly) return []
  const module = specifier.replace(/^node:/, '')
  if (module === 'crypto') {
    const random = names.filter((name) => RANDOM_CRYPTO.test(name))
    return random.map((name) => ({ what: `${name} of node:crypto`, use: CHANCE, kind: 'chance' }))
  }
  if (module === 'net' && names.length > 0 && names.every((name) => PURE_NET.test(name))) return []
  const ban = Object.hasOwn(MODULES, module) ? MODULES[module] : undefined
  return ban ? [{ what: `node:${module}`, use: ban[0], kind: ban[1] }] : []
}

/** "now" for `Date.now` and `Date['now']`; null when this is no member access. */
function memberName(node: Node): string | null {
  if (node.type !== 'MemberExpression') return null
  const property = node['property'] as Node
  if (node['computed'] !== true) return (property['name'] as string | undefined) ?? null
  return typeof property['value'] === 'string' ? property['value'] : null
}
