import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { GenesisError } from './errors.ts'

/**
 * A worker's module and all it imports as one text, so that a thread starts without reading a
 * file, on every supported Node, from TypeScript or JavaScript. Genesis itself is bundled in: a
 * thread has its own copy of everything anyway. Packages stay outside.
 */
export async function bundleWorker(path: string): Promise<string> {
  const { build } = await import('esbuild')
  const file = resolve(path)
  const entry = fileURLToPath(new URL(`./worker-entry.${ownExtension}`, import.meta.url))
  const contents = [
    `import main from ${JSON.stringify(file)}`,
    `import { runWorkerMain } from ${JSON.stringify(entry)}`,
    `if (typeof main !== 'function') throw new Error('its default export is no function')`,
    `await runWorkerMain(main)`,
  ].join('\n')
  try {
    const built = await build({
      stdin: { contents, resolveDir: dirname(file), loader: 'js' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      plugins: [packagesOutside, ownAddress],
    })
    return `${built.outputFiles[0]!.text}\n//# sourceURL=worker-${basename(file)}.mjs\n`
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GenesisError('bad-input', `the worker module ${path} could not be read: ${reason}`, {
      cause,
    })
  }
}

// Run from its sources, as tests and benchmarks are, Genesis is made of .ts files.
const ownExtension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point' || /^[A-Za-z]:[\\/]/.test(path)) return null
      if (path.startsWith('node:')) return { path, external: true }
      const own = /^genesis\/([a-z]+)$/.exec(path)
      if (own) {
        const front = new URL(`../${own[1]}/index.${ownExtension}`, import.meta.url)
        return { path: fileURLToPath(front) }
      }
      return { path: pathToFileURL(createRequire(importer).resolve(path)).href, external: true }
    })
  },
}

/** In the bundle every file still knows where it came from. */
const ownAddress: Plugin = {
  name: 'own-address',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes('import.meta.url')) return null
      const contents = text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' }
    })
  },
}
