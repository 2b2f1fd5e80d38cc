import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { processPort } from 'genesis/runtime'
import { genesis as command, inFolder } from '../command-line/command.ts'
import { GenesisProcess } from './genesis-process.ts'

/** `--auto-restart` for real: its child is killed, its parent is killed, it is told to stop. */
const alive = processPort()
const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

async function started() {
  const folder = await mkdtemp(`${tmpdir()}/genesis-restart-`)
  const genesis = new GenesisProcess(folder, ['--auto-restart'])
  genesis.start()
  endings.push(async () => {
    await genesis.kill()
    await expect.poll(async () => (await lives()).some(isAlive), WAIT).toBe(false)
    await rm(folder, { recursive: true })
  })
  const lives = () => genesis.logged('Genesis is up')
  await genesis.up()
  await expect.poll(async () => (await lives()).length, WAIT).toBe(1)
  return { genesis, lives }
}

const WAIT = { timeout: 30_000, interval: 50 }
const isAlive = ({ pid }: Record<string, unknown>) => alive.isAlive(Number(pid))

test('killed with -9 it is back by itself, with its state', async () => {
  const { genesis, lives } = await started()
  const [first] = await lives()

  process.kill(Number(first!['pid']), 'SIGKILL')
  await expect.poll(async () => (await lives()).length, WAIT).toBe(2)

  const [, second] = await lives()
  expect([first!['restarts'], second!['restarts']]).toEqual([0, 1])
  const rebuilt = await genesis.logged('state rebuilt')
  expect(Number(rebuilt[1]!['lastNumber'])).toBeGreaterThan(0)
  expect(await genesis.stop()).toBe(0)
  expect((await lives()).filter(isAlive)).toEqual([])
})

test('told to stop it stops, cleanly, and stays so', async () => {
  const { genesis, lives } = await started()

  const code = await genesis.stop()

  expect(code).toBe(0)
  expect((await lives()).filter(isAlive)).toEqual([])
  expect(await genesis.logged('stopping')).toMatchObject([{ signal: 'SIGTERM' }])
})

test('stopped by itself it is not started again', async () => {
  const { genesis, lives } = await started()
  const [first] = await lives()

  process.kill(Number(first!['pid']), 'SIGTERM')
  const code = await genesis.ended()

  expect(code).toBe(0)
  expect(await lives()).toHaveLength(1)
})

test('when the parent is killed the process stops itself, cleanly', async () => {
  const { genesis, lives } = await started()

  await genesis.kill()
  await expect.poll(async () => (await lives()).some(isAlive), WAIT).toBe(false)

  expect(await genesis.logged('stopping')).toMatchObject([{ signal: 'its parent is gone' }])
})

test('what refuses to start is not started again', async () => {
  const outcome = await inFolder({}, (folder) =>
    command(folder, ['run', 'none.ts', '--auto-restart']),
  )

  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  const [refusal, why, ...more] = outcome.stderr.trimEnd().split('\n')
  expect(refusal).toContain('none.ts')
  expect(why).toBe('genesis: it ended with code 1, which starting again does not cure')
  expect(more).toEqual([])
})
