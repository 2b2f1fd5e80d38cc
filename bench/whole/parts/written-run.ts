import { candleExchange, demoInstruments } from 'genesis/exchange'
import {
  createRandom,
  type Disk,
  type Process,
  silentLog,
  SimulatedClock,
  SimulatedDisk,
} from 'genesis/runtime'
import type { Candle, Price, Quantity } from 'genesis/trading'
import type { PaperRunOptions } from '../../../src/app/index.ts'
import { barClosed, orderReported, paperSystem, runStarted, settle, termsOf } from './built-app.ts'

/**
 * The data folder of a paper run with `events` in its journal, written in seconds: the real
 * coordinator, account, strategies and read model on virtual time, an exchange that fills against
 * bars, and seeded random walks for a market. A `PaperRun` of the same run goes on with it.
 */
export async function writeRun(
  disk: Disk,
  run: Pick<PaperRunOptions, 'settings' | 'strategy' | 'source'>,
  size: { readonly events: number; readonly checkpointAt: number },
): Promise<void> {
  const { settings, strategy } = run
  const memory = new SimulatedDisk({ losesNothing: true })
  const listed = demoInstruments.map(({ instrument }) => instrument)
  const clock = new SimulatedClock(START_TIME)
  const exchange = candleExchange({
    instruments: listed,
    balances: { USDT: settings.cash },
    fees: { maker: settings.makerFee, taker: settings.takerFee },
  })
  const runtime = { clock, disk: memory, log: silentLog, random: createRandom(settings.seed) }
  const paper = { ...run, runtime, process: aProcess }
  const { coordinator, fingerprint } = paperSystem(paper, exchange, listed, {
    checkpoints: true,
  })
  await coordinator.start()
  await exchange.start({
    onReport: (report) => void coordinator.publish(orderReported(report)),
    onMarket: () => undefined,
  })
  coordinator.publish(
    runStarted(START_TIME, {
      runId: 'bench',
      fingerprint,
      strategy: strategy.name,
      interval: settings.interval,
      instruments: listed,
      cash: { USDT: settings.cash },
      terms: termsOf(settings),
    }),
  )
  const settled = () => settle(coordinator, exchange, () => exchange.deliver())
  await settled()

  let checkpointed = false
  const walks = demoInstruments.map(({ instrument, character }) => {
    return { symbol: instrument.symbol, next: randomWalk(instrument.symbol, character.anchor) }
  })
  for (let time = START_TIME; ; time += BAR_MS) {
    for (const { symbol, next } of walks) {
      const candle = next(time)
      clock.setTime(time + BAR_MS)
      exchange.onCandle(symbol, candle)
      coordinator.publish(barClosed(symbol, candle))
      await settled()
    }
    const { journalNumber } = coordinator.status()
    if (!checkpointed && journalNumber >= size.checkpointAt) {
      checkpointed = (await coordinator.checkpoint()) !== null
    }
    if (journalNumber >= size.events) break
  }
  await coordinator.stop()
  for (const part of ['journal', 'checkpoints', 'checkpoints/parts']) {
    await copyFolder(memory, disk, `${settings.dataFolder}/${part}`)
  }
}

function randomWalk(symbol: string, anchor: number): (openTime: number) => Candle {
  const random = createRandom(`benchmark ${symbol}`)
  let price: number = anchor
  return (openTime) => {
    const open = price
    // Drawn back to its anchor, so that a million bars later it is still a price.
    const drift = (anchor - open) * 0.001
    const close = Math.round(open + drift + random.normal() * open * 0.0004)
    const high = Math.max(open, close) + Math.round(random.next() * open * 0.0002)
    const low = Math.min(open, close) - Math.round(random.next() * open * 0.0002)
    price = close
    const prices = { open, high, low, close } as Record<'open' | 'high' | 'low' | 'close', Price>
    const volume = (1_000 + random.integer(100_000)) as Quantity
    return { openTime, intervalMs: BAR_MS, ...prices, volume }
  }
}

async function copyFolder(from: Disk, to: Disk, folder: string): Promise<void> {
  await to.makeFolder(folder)
  for (const name of await from.list(folder)) {
    const path = `${folder}/${name}`
    if (name !== 'lock' && name !== 'parts') await to.replaceFile(path, await from.readFile(path))
  }
}

const aProcess: Pick<Process, 'pid' | 'identityOf' | 'memory' | 'upMs'> = {
  pid: 1,
  identityOf: () => undefined,
  memory: () => ({ residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 }),
  upMs: () => 0,
}

const START_TIME = Date.UTC(2026, 0, 5)
const BAR_MS = 1_000
