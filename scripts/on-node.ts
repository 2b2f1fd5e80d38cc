import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `tsx scripts/on-node.ts 22 24`: tries the built product on other versions of Node, each fetched
 * from npm by npx. On each it starts the command and runs test/node-matrix.sh where that exists,
 * with that Node first in the PATH.
 *
 * A run on the wrong Node would prove nothing, so the version is checked from inside.
 */
const DEADLINE_MS = 300_000
const root = fileURLToPath(new URL('..', import.meta.url))

function runOn(major: string): boolean {
  const matrix = existsSync(`${root}test/node-matrix.sh`) ? ['bash test/node-matrix.sh'] : []
  const isRightNode = `process.exit(process.versions.node.startsWith('${major}.') ? 0 : 1)`
  const script = [
    'echo "on Node $(node --version)"',
    `node -e "${isRightNode}"`,
    'node bin/genesis.js --version',
    ...matrix,
  ].join(' && ')
  const { status, error } = spawnSync(
    'npx',
    ['-y', '-p', `node@${major}`, '--', 'sh', '-c', script],
    {
      cwd: root,
      stdio: 'inherit',
      timeout: DEADLINE_MS,
    },
  )
  if (status !== 0) say(`Node ${major}: ${error?.message ?? `failed with exit code ${status}`}`)
  return status === 0
}

function say(line: string): void {
  process.stderr.write(`on-node: ${line}\n`)
}

const majors = process.argv.slice(2)
const bad = majors.find((major) => !/^\d+$/.test(major))
if (majors.length === 0 || bad !== undefined) {
  say(`name the major versions of Node to try: scripts/on-node.ts 22 24`)
  process.exitCode = 1
} else if (majors.map(runOn).includes(false)) process.exitCode = 1
