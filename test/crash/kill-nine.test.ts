import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRandom } from 'genesis/runtime'
import { GenesisProcess } from './genesis-process.ts'
import { Replayer } from './replayer.ts'

/**
 * The real process on a real disk, killed with SIGKILL under load, and each fourth time in the
 * middle of its start. After each kill the journal alone is replayed: up to the last number at
 * which the living told the hash of their state, it must give that hash; the next life must begin
 * with the state at its end, and the exchange's books must agree with ours to the last digit.
 */
const LINES = 5
const KILLS_EACH = 40

/** Orders of several kinds on every bar, so that most moments have something under way. */
const BUSY_STRATEGY = `
import { strategy } from 'genesis/trading'

export default strategy({
  name: 'busy',
  setup: () => ({ turn: { count: 0 } }),
  onBar: ({ turn, bar, order, position }) => {
    turn.count += 1
    order.cancelAll()
    for (const below of [0.0001, 0.0003, 0.001]) {
      order.buy({ notional: 500, limit: bar.close * (1 - below) })
    }
    if (turn.count % 2 === 1) order.buy({ notional: 1000 })
    else if (position.side === 'long') order.sell({ fraction: 0.5 })
  },
})
`

const title = `${LINES * KILLS_EACH} times kill -9: the same ledger after each`

/** Checkpoints so often that most kills leave one, and some come in the middle of one. */
const BUSY_SETTINGS = { strategy: 'busy.ts', checkpointEveryMs: 100 }

test(title, { timeout: 600_000 }, async () => {
  const lines = Array.from({ length: LINES }, (_, line) => oneLine(line))

  const ended = await Promise.all(lines)

  const numbers = ended.map(({ lastNumber }) => lastNumber)
  console.log(
    `kills ${LINES * KILLS_EACH}, rebuilt ${ended.map((each) => each.rebuilt).join(' + ')}`,
  )
  console.log(`from a checkpoint ${ended.map((each) => each.fromCheckpoints).join(' + ')}`)
  console.log(`killed in the middle of the start ${ended.map((each) => each.midStart).join(' + ')}`)
  console.log(`live states compared ${ended.map((each) => each.compared).join(' + ')}`)
  console.log(`fills shown before kills ${ended.map((each) => each.fills).join(' + ')}`)
  console.log(`journal records at the end ${numbers.join(', ')}`)
  for (const number of numbers) expect(number).toBeGreaterThan(200)
  for (const { fromCheckpoints } of ended) expect(fromCheckpoints).toBeGreaterThan(5)
  for (const { compared, midStart } of ended) {
    expect(compared).toBeGreaterThan(KILLS_EACH / 4)
    expect(midStart).toBeGreaterThan(0)
  }
})

const SOON = { timeout: 30_000, interval: 250 }

async function healthOf(url: string): Promise<{ reasons: string[] }> {
  return (await fetch(`${url}/api/v1/health`)).json() as Promise<{ reasons: string[] }>
}

async function oneLine(line: number) {
  const random = createRandom(`kill ${line}`)
  const folder = await mkdtemp(`${tmpdir()}/genesis-kill-`)
  await writeFile(`${folder}/busy.ts`, BUSY_STRATEGY)
  await writeFile(`${folder}/genesis_config.json`, JSON.stringify(BUSY_SETTINGS))
  const genesis = new GenesisProcess(folder)
  const replayer = new Replayer(folder)
  let expected: { lastNumber: number; stateHash: string } | null = null
  let rebuilt = 0
  let compared = 0
  let midStart = 0
  let told = 0
  let startTookMs = 0
  const fillsShown: string[] = []

  // A machine too busy to trade between two kills is killed more often, until enough was at stake.
  const wantsMore = (kills: number) => kills < KILLS_EACH * 2 && (expected?.lastNumber ?? 0) <= 200
  for (let kill = 0; kill < KILLS_EACH || wantsMore(kill); kill += 1) {
    const startedMs = performance.now()
    genesis.start()
    if (kill % 4 === 3) await pause((0.3 + random.next() * 0.7) * startTookMs)
    else {
      await genesis.up()
      startTookMs = performance.now() - startedMs
      await pause(random.integer(1_500))
    }
    if (!genesis.isUp) midStart += 1
    const shown = await genesis.fills()
    await genesis.kill()
    fillsShown.push(...shown)
    const rebuilds = await genesis.logged('state rebuilt')
    if (expected && rebuilds.length > rebuilt) expect(rebuilds.at(-1)).toMatchObject(expected)
    rebuilt = rebuilds.length
    const { lastNumber, stateHash } = await replayer.replay()
    expect(lastNumber).toBeGreaterThanOrEqual(expected?.lastNumber ?? 0)
    expected = { lastNumber, stateHash }
    const [live] = (await genesis.logged('checkpoint kept')).slice(-1)
    if (live === undefined || Number(live['number']) === told) continue
    told = Number(live['number'])
    expect(await replayer.replay(told)).toMatchObject({
      lastNumber: told,
      stateHash: live['stateHash'],
    })
    compared += 1
  }

  // The command by itself says the same.
  expect(await genesis.replay(told)).toEqual(await replayer.replay(told))
  replayer.end()
  genesis.start()
  const url = await genesis.up()
  expect((await genesis.logged('state rebuilt')).at(-1)).toMatchObject(expected!)
  // A machine that others load may be slow for a while; what is wrong stays wrong.
  await expect.poll(async () => (await healthOf(url)).reasons, SOON).toEqual([])
  const kept = new Set(await genesis.fills())
  expect(fillsShown.filter((fill) => !kept.has(fill))).toEqual([])
  // Each bar cancels what stands: nothing from before the last kill may be left.
  await pause(6_000)
  const since = Date.now() - 6_000
  const open = await genesis.openOrders()
  expect(open.filter(({ createdAt }) => createdAt < since)).toEqual([])
  expect(await genesis.stop()).toBe(0)
  const reconciled = await genesis.logged('reconciled with the exchange')
  for (const { differences, external } of reconciled) {
    expect({ differences, external }).toEqual({ differences: [], external: [] })
  }
  const fromCheckpoints = (await genesis.logged('state rebuilt')).filter(
    ({ checkpointNumber }) => Number(checkpointNumber) > 0,
  ).length
  await rm(folder, { recursive: true })
  const { lastNumber } = expected!
  return { lastNumber, rebuilt, fromCheckpoints, compared, midStart, fills: fillsShown.length }
}
