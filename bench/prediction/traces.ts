import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createRandom, type Random } from 'genesis/runtime'

/**
 * What a dependency did, call by call, to measure predictors by: seven generated traces, each a
 * way in which services behave or fail, and one recorded from a live market-data feed.
 */
export interface Trace {
  readonly name: string
  readonly calls: readonly TracedCall[]
}

export interface TracedCall {
  readonly atMs: number
  /** When the answer would come. */
  readonly latencyMs: number
  /** Whether it would be an answer and not an error. */
  readonly ok: boolean
  /** What the caller has left. */
  readonly leftMs: number
}

export function traces(): Trace[] {
  const recorded = recordedFeed()
  return [
    generated('healthy, heavy tail', 11, (random) => ({
      latencyMs: random.next() < 0.01 ? 200 : random.exponential(10),
      ok: random.next() < 0.999,
    })),
    generated('brown-out: ten times slower every other minute', 12, (random, atMs) => {
      const isSlow = Math.floor(atMs / 60_000) % 2 === 1
      return { latencyMs: random.exponential(isSlow ? 400 : 40), ok: random.next() < 0.995 }
    }),
    generated('one call in five fails at random', 13, (random) => ({
      latencyMs: random.exponential(30),
      ok: random.next() < 0.8,
    })),
    generated('outages of ten seconds', 14, (random, atMs) => {
      const isOut = atMs % 47_000 > 37_000
      return isOut
        ? { latencyMs: random.next() < 0.5 ? 5 : 10_000, ok: false }
        : { latencyMs: 10 + random.exponential(30), ok: random.next() < 0.998 }
    }),
    generated('flapping, 1 s up and 1 s down', 15, (random, atMs) => ({
      latencyMs: random.exponential(25),
      ok: Math.floor(atMs / 1_000) % 2 === 0,
    })),
    generated('slow recovery after a restart', 16, (random, atMs) => {
      const health = Math.min(1, (atMs % 90_000) / 45_000)
      return {
        latencyMs: random.exponential(30 + 1_200 * (1 - health) * (1 - health)),
        ok: random.next() < 0.3 + 0.7 * health,
      }
    }),
    generated('a slow service that works', 17, (random) => ({
      latencyMs: 300 + random.exponential(250),
      ok: random.next() < 0.99,
    })),
    ...(recorded === undefined ? [] : [recorded]),
  ]
}

type Behave = (random: Random, atMs: number) => Pick<TracedCall, 'latencyMs' | 'ok'>

/** Five minutes at about 100 calls a second, with little, some or ample time left. */
function generated(name: string, seed: number, behave: Behave): Trace {
  const random = createRandom(seed)
  const calls: TracedCall[] = []
  for (let atMs = 0; atMs < 300_000; atMs += random.exponential(10)) {
    const leftMs = deadlinesMs[random.integer(deadlinesMs.length)]!
    calls.push({ atMs, leftMs, ...behave(random, atMs) })
  }
  return { name, calls }
}

const deadlinesMs = [250, 1_000, 1_000, 3_000]

/**
 * How late each event of a recorded Binance stream arrived, above the least late of all (the two
 * clocks differ). The callers want it within 2 to 16 ms; none of the events is an error.
 */
function recordedFeed(): Trace | undefined {
  if (!existsSync(feed)) return undefined
  const arrivals: { atMs: number; delayMs: number }[] = []
  for (const line of gunzipSync(readFileSync(feed)).toString().split('\n')) {
    const stamped = /"E":(\d{13})/.exec(line)?.[1]
    if (stamped === undefined) continue
    const atMs = Number(line.slice(0, 13)) + Number(line.slice(13, 19)) / 1e6
    arrivals.push({ atMs, delayMs: atMs - Number(stamped) })
  }
  let least = Infinity
  for (const { delayMs } of arrivals) least = Math.min(least, delayMs)
  const startMs = arrivals[0]!.atMs
  const calls = arrivals.map(({ atMs, delayMs }, index) => ({
    atMs: atMs - startMs,
    latencyMs: delayMs - least,
    ok: true,
    leftMs: feedDeadlinesMs[index % feedDeadlinesMs.length]!,
  }))
  return { name: 'recorded market-data feed', calls }
}

const feed = '../shared/data/binance-ws/spot_btcusdt_20240809.gz'
const feedDeadlinesMs = [2, 4, 8, 16]
