import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageManifest, packedPage, packedSources } from './resilience-package.ts'

/**
 * `tsx scripts/pack-resilience.ts [folder]`: genesis-resilience-<version>.tgz, into `dist` unless
 * told otherwise. The same sources as `genesis/resilience`, compiled file by file with their types,
 * and no dependencies.
 */
const root = fileURLToPath(new URL('..', import.meta.url))

function pack(into: string): string {
  const stage = mkdtempSync(join(tmpdir(), 'genesis-resilience-'))
  try {
    compile(stage)
    const out = join(stage, 'out')
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest
    write(join(out, 'package.json'), `${JSON.stringify(packageManifest(version), null, 2)}\n`)
    const page = (path: string) => packedPage(readFileSync(`${root}${path}`, 'utf8'))
    write(join(out, 'README.md'), page('src/resilience/README.md'))
    write(join(out, 'docs/resilience.md'), page('docs/resilience.md'))
    cpSync(`${root}LICENSE`, join(out, 'LICENSE'))
    mkdirSync(into, { recursive: true })
    const command = ['pack', '--silent', '--ignore-scripts', '--pack-destination', into]
    return join(into, execFileSync('npm', command, { cwd: out, encoding: 'utf8' }).trim())
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** From `stage/src` to `stage/out`. */
function compile(stage: string): void {
  for (const { path, text } of packedSources(ourSources())) write(join(stage, path), text)
  const config = { extends: `${root}tsconfig.json`, compilerOptions, include: ['src'] }
  write(join(stage, 'tsconfig.json'), JSON.stringify(config))
  write(join(stage, 'package.json'), '{ "type": "module" }')
  execFileSync(`${root}node_modules/.bin/tsc`, ['-p', stage], { stdio: ['ignore', 2, 2] })
  // Older compilers look for './x.js' beside a declaration, not for './x.ts'.
  for (const path of filesBelow(join(stage, 'out')).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replaceAll(/((?:from|import\() ?['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'))
  }
}

const compilerOptions = {
  noEmit: false,
  declaration: true,
  rootDir: 'src',
  outDir: 'out',
  paths: {},
  typeRoots: [`${root}node_modules/@types`],
}

interface Manifest {
  readonly version: string
}

function ourSources(): Map<string, string> {
  const paths = ['src/resilience', 'src/runtime'].flatMap((folder) => filesBelow(root + folder))
  return new Map(
    paths
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
  )
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

process.stdout.write(`${pack(resolve(process.argv[2] ?? `${root}dist`))}\n`)
