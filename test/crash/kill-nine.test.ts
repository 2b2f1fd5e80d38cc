import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRandom } from 'genesis/runtime'
import { GenesisProcess } from './genesis-process.ts'

/**
 * The real process on a real disk, killed with SIGKILL at random moments, some of them in the
 * middle of its start. After each kill the journal alone is replayed; the next life must begin
 * with that very state, and the exchange's books must agree with ours to the last digit.
 */
const LINES = 3
const KILLS_EACH = 17

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

test(title, { timeout: 600_000 }, async () => {
  const lines = Array.from({ length: LINES }, (_, line) => oneLine(line))

  const ended = await Promise.all(lines)

  const numbers = ended.map(({ lastNumber }) => lastNumber)
  console.log(
    `kills ${LINES * KILLS_EACH}, rebuilt ${ended.map((each) => each.rebuilt).join(' + ')}`,
  )
  console.log(`journal records at the end ${numbers.join(', ')}`)
  for (const number of numbers) expect(number).toBeGreaterThan(200)
})

async function oneLine(line: number) {
  const random = createRandom(`kill ${line}`)
  const folder = await mkdtemp(`${tmpdir()}/genesis-kill-`)
  await writeFile(`${folder}/busy.ts`, BUSY_STRATEGY)
  await writeFile(`${folder}/genesis_config.json`, '{ "strategy": "busy.ts" }')
  const genesis = new GenesisProcess(folder)
  let expected: { lastNumber: number; stateHash: string } | null = null
  let rebuilt = 0

  for (let kill = 0; kill < KILLS_EACH; kill += 1) {
    genesis.start()
    await pause(100 + random.integer(5_000))
    await genesis.kill()
    const rebuilds = await genesis.logged('state rebuilt')
    if (expected && rebuilds.length > rebuilt) expect(rebuilds.at(-1)).toMatchObject(expected)
    rebuilt = rebuilds.length
    const { lastNumber, stateHash } = await genesis.replay()
    expect(lastNumber).toBeGreaterThanOrEqual(expected?.lastNumber ?? 0)
    expected = { lastNumber, stateHash }
  }

  genesis.start()
  const url = await genesis.up()
  expect((await genesis.logged('state rebuilt')).at(-1)).toMatchObject(expected!)
  const health = (await (await fetch(`${url}/api/v1/health`)).json()) as { reasons: string[] }
  expect(health.reasons).toEqual([])
  expect(await genesis.stop()).toBe(0)
  for (const { differences, external } of await genesis.logged('reconciled with the exchange')) {
    expect(external).toEqual([])
    // Null where an order was on its way at that moment; the next look says.
    expect(differences ?? []).toEqual([])
  }
  await rm(folder, { recursive: true })
  return { lastNumber: expected!.lastNumber, rebuilt }
}
