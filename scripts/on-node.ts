import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * `tsx scripts/on-node.ts 22 24`: tries the built product on this Node and on others, each fetched
 * from npm by npx. On each it starts the command and runs test/node-matrix.sh with that Node first
 * in the PATH; what that prints as `hash <what> <sha256>` must be the same on all of them.
 *
 * A run on the wrong Node would prove nothing, so the version is checked from inside.
 */
const DEADLINE_MS = 300_000
const root = fileURLToPath(new URL('..', import.meta.url))

/** The lines of hashes, or null where something failed. */
function runOn(major: string): string | null {
  const isRightNode = `process.exit(process.versions.node.startsWith('${major}.') ? 0 : 1)`
  const script = [
    'echo "on Node $(node --version)"',
    `node -e "${isRightNode}"`,
    'node bin/genesis.js --version',
    'sh test/node-matrix.sh',
  ].join(' && ')
  const own = process.versions.node.startsWith(`${major}.`)
  const [command, ...words] = own
    ? ['sh', '-c', script]
    : ['npx', '-y', '-p', `node@${major}`, '--', 'sh', '-c', script]
  const { status, error, stdout } = spawnSync(command, words, {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  })
  process.stdout.write(stdout ?? '')
  if (status === 0) return stdout.match(/^hash .*$/gm)?.join('\n') ?? ''
  say(`Node ${major}: ${error?.message ?? `failed with exit code ${status}`}`)
  return null
}

/** Whether every version ran and all of them said the same. */
function agree(majors: readonly string[]): boolean {
  const told = majors.map((major) => ({ major, hashes: runOn(major) }))
  const [first, ...others] = told.filter(({ hashes }) => hashes !== null)
  const different = others.filter(({ hashes }) => hashes !== first?.hashes)
  for (const { major } of different) say(`Node ${major} and Node ${first!.major} differ in a hash`)
  if (first?.hashes === '') say('test/node-matrix.sh printed no hash')
  return told.length === others.length + 1 && different.length === 0 && first?.hashes !== ''
}

function say(line: string): void {
  process.stderr.write(`on-node: ${line}\n`)
}

const majors = process.argv.slice(2)
const bad = majors.find((major) => !/^\d+$/.test(major))
if (majors.length === 0 || bad !== undefined) {
  say(`name the major versions of Node to try: scripts/on-node.ts 22 24`)
  process.exitCode = 1
} else {
  const own = process.versions.node.split('.')[0]!
  if (!agree([...new Set([own, ...majors])])) process.exitCode = 1
}
