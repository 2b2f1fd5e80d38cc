import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { systemRuntime } from './system-runtime.ts'
import { createRandom } from './xoshiro-random.ts'

const root = mkdtempSync(join(tmpdir(), 'genesis-runtime-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('with a folder for logs it logs there', async () => {
  const logFolder = join(root, 'logs')
  const printed: string[] = []
  const runtime = await systemRuntime({
    seed: 1,
    logFolder,
    logLevel: 'debug',
    consoleLog: (line) => printed.push(line),
  })

  runtime.log.debug({ answer: 42 }, 'started')
  runtime.flushLogSync()
  await runtime.closeLog()

  expect(readFileSync(join(logFolder, 'app.log'), 'utf8')).toContain('"answer":42')
  expect(printed.join()).toContain('DEBUG started answer=42')
})

test('without one it is silent, and everything else is there', async () => {
  const runtime = await systemRuntime({ seed: 'a seed' })

  runtime.log.error({}, 'unheard')
  await runtime.disk.replaceFile(join(root, 'state'), new Uint8Array([1]))
  await runtime.closeLog()

  expect(existsSync(join(root, 'state'))).toBe(true)
  expect(runtime.random.next()).toBe(createRandom('a seed').next())
})

test('its modules also load in plain Node, which reads CommonJS packages more strictly', () => {
  const source = fileURLToPath(new URL('./system-runtime.ts', import.meta.url))
  const logFolder = join(root, 'plain')
  const script = `import { systemRuntime } from ${JSON.stringify(source)}
    const runtime = await systemRuntime({ seed: 1, logFolder: ${JSON.stringify(logFolder)} })
    runtime.log.info({}, 'loaded')
    await runtime.closeLog()`

  const { stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  )

  expect(stderr).toBe('')
  expect(readFileSync(join(logFolder, 'app.log'), 'utf8')).toContain('loaded')
})
