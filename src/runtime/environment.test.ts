import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { processPort } from './environment.ts'

const own = processPort()
const source = fileURLToPath(new URL('./environment.ts', import.meta.url))
const run = (body: string) => {
  const script = `import { processPort } from ${JSON.stringify(source)}; const own = processPort(); ${body}`
  return ['--import', 'tsx', '--input-type=module', '-e', script]
}

test('it tells what the process was given', () => {
  expect(own.pid).toBe(process.pid)
  expect(own.cwd()).toBe(process.cwd())
  expect(own.env['PATH']).toBe(process.env['PATH'])
  expect(own.nodeVersion).toMatch(/^\d+\.\d+\.\d+$/)
  expect(own.memory().residentBytes).toBeGreaterThan(1e6)
})

test('the process itself is alive, one that ended is not', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')

  expect([own.isAlive(own.pid), own.isAlive(child.pid!)]).toEqual([true, false])
  expect(own.identityOf(child.pid!)).toBe(undefined)
})

test.runIf(process.platform === 'linux')('a killed process nobody waited for is dead', async () => {
  // The shell becomes `sleep`, which never asks after the child it inherits.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 30'])
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const zombie = Number(String(line))

  await expect.poll(() => own.isAlive(zombie)).toBe(false)
  expect(own.identityOf(zombie)).toBeUndefined()
  parent.kill()
})

test('the identity of a living process stays the same and is its own', () => {
  const identity = own.identityOf(own.pid)

  expect(identity).toMatch(new RegExp(`^${own.pid}( |$)`))
  expect(own.identityOf(own.pid)).toBe(identity)
  expect(own.identityOf(process.ppid)).not.toBe(identity)
})

test('a signal runs the handler in place of ending, until undone', async () => {
  let heard = 0
  const undo = own.onSignal('SIGHUP', () => heard++)
  const arrived = once(process, 'SIGHUP')

  process.kill(process.pid, 'SIGHUP')
  await arrived
  undo()

  expect(heard).toBe(1)
  expect(process.listenerCount('SIGHUP')).toBe(0)
})

test('exit waits until long output is written', () => {
  const body = `own.write('x'.repeat(1_000_000)); own.writeError('done'); await own.exit(3)`

  const { status, stdout, stderr } = spawnSync(process.execPath, run(body), {
    encoding: 'utf8',
    maxBuffer: 4_000_000,
  })

  expect([status, stdout.length, stderr]).toEqual([3, 1_000_000, 'done'])
})

test('an unhandled rejection reaches the handler of uncaught errors', () => {
  const body = `own.onUncaught((error) => own.write('heard ' + error.message)); Promise.reject(new Error('it'))`

  const { stdout } = spawnSync(process.execPath, run(body), { encoding: 'utf8' })

  expect(stdout).toBe('heard it')
})

test('a process whose complaints nobody reads any more goes on, in silence', async () => {
  const body = `
    let told = 0
    const timer = setInterval(() => {
      own.writeError('a complaint')
      if (++told === 50) clearInterval(timer), own.write('done')
    }, 2)`
  const child = spawn(process.execPath, run(body), { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.once('data', () => child.stderr.destroy())

  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const [code] = (await once(child, 'exit')) as [number]

  expect(String(said)).toBe('done')
  expect(code).toBe(0)
})
