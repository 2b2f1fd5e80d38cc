import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { postgres } from './service/postgres.ts'
import { identify, isAlive, processesOf, stopProcesses } from './service/process-table.ts'
import { rabbitmq } from './service/rabbitmq.ts'
import { redis } from './service/redis.ts'

// Always the same folder for one checkout, so that a test run killed half-way is swept by the next.
const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 8)
const folder = `${tmpdir()}/genesis-services-test-${process.getuid?.() ?? 0}-${checkout}`
const probes = { DATABASE_URL: postgres, REDIS_URL: redis, AMQP_URL: rabbitmq }

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function services(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const clean = { ...process.env }
  for (const variable of Object.keys(probes)) delete clean[variable]
  const options = { env: { ...clean, ...env }, timeout: 500_000 }
  const command = [
    'node_modules/tsx/dist/cli.mjs',
    'scripts/service/main.ts',
    '--at',
    folder,
    ...args,
  ]
  try {
    const output = await promisify(execFile)(process.execPath, command, options)
    return { code: 0, ...output }
  } catch (error) {
    return error as Outcome & Error
  }
}

function exportsOf({ stdout }: Outcome): Record<string, string> {
  const lines = stdout.trim().split('\n').filter(Boolean)
  return Object.fromEntries(lines.map((line) => line.replace(/^export /, '').split(/=(.*)/s)))
}

// Collected before the tests, since only trying tells whether this machine can run them.
await services(['down'])
const first = await services(['up'])
const cannot = first.code === 3 && process.env['CI'] !== 'true'
if (cannot) process.stderr.write(`services.test.ts skipped: ${first.stderr.split('\n')[0]}\n`)
const real = test.skipIf(cannot)

afterAll(() => services(['down']).then(() => undefined))

real('up brings all three up and says where, in lines a shell can eval', () => {
  expect(first.stderr.replace(/^installing .*\n/, '')).toBe('')
  expect(first.code).toBe(0)
  expect(Object.keys(exportsOf(first))).toEqual(Object.keys(probes))
})

real.each(Object.entries(probes))('%s answers in its own protocol', async (variable, service) => {
  const url = exportsOf(first)[variable]!

  await expect(service.probe(url, 5000)).resolves.toBeUndefined()
})

real('a server that speaks something else is not taken for the right one', async () => {
  const urls = exportsOf(first)
  const asRedis = urls['DATABASE_URL']!.replace(/^postgres/, 'redis')
  const asPostgres = urls['REDIS_URL']!.replace(/^redis/, 'postgres')
  const asRabbit = urls['REDIS_URL']!.replace(/^redis/, 'amqp')

  await expect(redis.probe(asRedis, 2000)).rejects.toThrow()
  await expect(postgres.probe(asPostgres, 2000)).rejects.toThrow()
  await expect(rabbitmq.probe(asRabbit, 2000)).rejects.toThrow()
})

real('everything listens on loopback only, PostgreSQL not as root', async () => {
  const state = JSON.parse(await readFile(`${folder}/services.json`, 'utf8'))
  const status = await readFile(`/proc/${state.postgres.processes[0].pid}/status`, 'utf8')

  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0')
  for (const url of Object.values(exportsOf(first))) expect(new URL(url).hostname).toBe('127.0.0.1')
})

real('a second up changes nothing', async () => {
  const second = await services(['up'])

  expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: '' })
})

real('env gives the same lines, status names each, and one can be asked for alone', async () => {
  const environment = await services(['env'])
  const status = await services(['status'])
  const one = await services(['up', 'redis'])

  expect(environment.stdout).toBe(first.stdout)
  expect(status.stderr.match(/ up /g)).toHaveLength(3)
  expect(one.stdout).toBe(`export REDIS_URL=${exportsOf(first)['REDIS_URL']}\n`)
})

real('an address in the environment is used in place of a private server', async () => {
  const url = exportsOf(first)['REDIS_URL']!.replace(/0$/, '5')

  const outcome = await services(['up', 'redis'], { REDIS_URL: url })

  expect(outcome.stdout).toBe(`export REDIS_URL=${url}\n`)
})

test('an address in the environment where nothing answers is one clear sentence', async () => {
  const outcome = await services(['up', 'redis'], { REDIS_URL: 'redis://:secret@127.0.0.1:1' })

  expect(outcome.code).toBe(1)
  expect(outcome.stdout).toBe('')
  expect(outcome.stderr).toBe(
    'services: REDIS_URL is set, but 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; ' +
      'start it, or `unset REDIS_URL` for a private one\n',
  )
})

test('a machine without the programs is told the docker line', async () => {
  const elsewhere = `${folder}-bare`
  const outcome = await services(['up', 'redis', '--at', elsewhere], { PATH: '/nonexistent' })

  expect(outcome.code).toBe(3)
  expect(outcome.stderr).toContain('docker compose up --detach --wait redis')
  expect(outcome.stderr).toContain('export REDIS_URL=redis://:genesis@127.0.0.1:56379/0')
  expect(existsSync(elsewhere)).toBe(false)
})

test.each([
  [['sideways'], 'unknown verb "sideways"; it is one of up, down, env, status'],
  [['up', 'mysql'], 'unknown service "mysql"; it is one of postgres, redis, rabbitmq'],
])('%s is refused by name', async (args, message) => {
  const outcome = await services(args)

  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toBe(`services: ${message}\n`)
})

real('a killed server is started anew and the others are left alone', async () => {
  const state = JSON.parse(await readFile(`${folder}/services.json`, 'utf8'))
  const victim = state.redis.processes[0]
  process.kill(victim.pid, 'SIGKILL')

  const before = exportsOf(await services(['env']))
  const after = exportsOf(await services(['up']))

  expect(before['REDIS_URL']).toBeUndefined()
  expect(after['REDIS_URL']).not.toBe(state.redis.url)
  expect(after['DATABASE_URL']).toBe(state.postgres.url)
  await expect(redis.probe(after['REDIS_URL']!, 2000)).resolves.toBeUndefined()
})

real('what a crashed run left, lock and unrecorded processes, is cleaned up', async () => {
  const orphans = await processesOf(`${folder}/redis`)
  await rm(`${folder}/services.json`)
  const dead = await deadProcess()
  await writeFile(`${folder}.lock`, JSON.stringify(dead))

  const outcome = await services(['up', 'redis'])

  expect(outcome.code).toBe(0)
  expect(orphans.length).toBeGreaterThan(0)
  expect(await Promise.all(orphans.map(isAlive))).not.toContain(true)
})

real('down leaves no process and no folder, and a second down has nothing to do', async () => {
  const before = await processesOf(folder)
  const { REDIS_URL } = exportsOf(await services(['env', 'redis']))

  const outcome = await services(['down'], { REDIS_URL, AMQP_URL: 'amqp://somebody.else' })
  const again = await services(['down'])

  expect(outcome).toEqual({ code: 0, stdout: 'unset REDIS_URL\n', stderr: '' })
  expect(again).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(before.length).toBeGreaterThan(2)
  expect(await processesOf(folder)).toEqual([])
  expect(existsSync(folder)).toBe(false)
  expect(existsSync(`${folder}.lock`)).toBe(false)
})

test('a process is told from a later one with the same pid', async () => {
  const self = await identify(process.pid)

  expect(await isAlive(self)).toBe(true)
  if (process.platform === 'linux') expect(await isAlive({ ...self, born: '1' })).toBe(false)
  expect(await isAlive(await deadProcess())).toBe(false)
})

test('a process that ignores the polite signal is ended all the same', async () => {
  const child = execFile('sh', ['-c', 'trap "" TERM; echo on; while :; do sleep 1; done'])
  await new Promise((resolve) => child.stdout!.once('data', resolve))
  const id = await identify(child.pid!)

  await stopProcesses(async () => ((await isAlive(id)) ? [id] : []), 'SIGTERM', 50)

  expect(await isAlive(id)).toBe(false)
})

async function deadProcess(): Promise<{ pid: number; born: string }> {
  const child = execFile('sleep', ['60'])
  const exit = once(child, 'exit')
  const id = await identify(child.pid!)
  child.kill('SIGKILL')
  await exit
  return id
}
