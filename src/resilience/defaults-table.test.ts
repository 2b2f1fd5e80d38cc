import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { edges } from './breaker/next.ts'
import { rulesOf } from './breaker/rules.ts'
import { AttemptBudget } from './budget.ts'
import type { CircuitState } from './circuit.ts'
import { cacheDefaults } from './fallback/answer-cache.ts'
import { fallbackMsDefault } from './fallback/fallback-call.ts'
import { hedgedAttemptsMax } from './hedge/attempt-plan.ts'
import { hedgeDefaults } from './hedge/hedge.ts'
import { keysMaxDefault } from './keyed.ts'
import { limiterDefaults } from './limits/adaptive-limiter.ts'
import { throttleDefaults } from './limits/client-throttle.ts'
import { pipeline } from './pipeline.ts'
import { dynamicTimeoutMs } from './prediction/dynamic-timeout.ts'
import { attemptsMax, retryDefaults } from './retry/retry.ts'

const page = readFileSync(new URL('../../docs/resilience.md', import.meta.url), 'utf8')

/** Option or options, and every number the row says, in its order. */
function rows(): [string, number[]][] {
  const table = page.slice(page.indexOf('## Defaults'), page.indexOf('`shadow: true` on'))
  return [...table.matchAll(/^\| (`.*?) +\| (.*) \|$/gm)].map(([, options, text]) => [
    options!.replaceAll('`', ''),
    [...text!.matchAll(/\d{1,3}(?: \d{3})+|\d+(?:\.\d+)?/g)].map(([number]) =>
      Number(number.replaceAll(' ', '')),
    ),
  ])
}

/** What the code does, as the page has to say it. */
function coded(): Record<string, readonly number[]> {
  const rules = rulesOf({})
  const { ratio, perSecond, burst } = new AttemptBudget()
  const { k, windowMs, volumeMin, rejectMax } = throttleDefaults
  const { limit, limitMin, limitMax, tolerance, windowMs: looksMs } = limiterDefaults
  const percent = 100
  return {
    effect: [],
    criticality: [pipeline([]).criticality, 0, 4, 4],
    deadlineMs: [],
    timeout: [ofMean(), 99.9, ofP999(), floor('CLOSED'), floor('RESILIENT'), floor()],
    'retry.attempts': [retryDefaults.attempts, 1, attemptsMax],
    'retry.baseMs, retry.maxMs': [retryDefaults.baseMs, retryDefaults.maxMs],
    'retry.jitter': [],
    'retry.abandonBelow': [retryDefaults.abandonBelow],
    hedge: [hedgeDefaults.attempts, 95, hedgeDefaults.afterMsMin, hedgedAttemptsMax],
    budget: [ratio, perSecond, burst],
    cache: [cacheDefaults.keysMax, cacheDefaults.maxAgeMs],
    fallbackMs: [fallbackMsDefault],
    'breaker.window': ['ms' in rules.window ? rules.window.ms : NaN],
    'breaker.minimumThroughput': [rules.minimumThroughput],
    'breaker.failureRate': [rules.failureRate],
    'breaker.consecutiveFailures': [rules.consecutiveFailures],
    'breaker.slowCallRate': [rules.slowCallRate],
    'breaker.breakMs': [rules.breakMs(1), 10],
    'breaker.breakMsMax': [rules.breakMsMax],
    'breaker.dwellMs': [rules.dwellMs],
    'breaker.probes': [rules.probes],
    'breaker.probeLeaseMs': [rules.probeLeaseMs],
    'breaker.probeSuccesses': [rules.probeSuccesses],
    'breaker.probeFailures': [rules.probeFailures],
    'breaker.probeEveryMs': [rules.probeEveryMs],
    'breaker.ramp': rules.ramp,
    'breaker.rampStepMs': [rules.rampStepMs],
    adaptiveLimiter: [limit, limitMin, limitMax, looksMs, tolerance],
    clientThrottle: [k, windowMs, volumeMin, rejectMax * percent],
    'bulkhead, rateLimiter': [],
    keyedPolicy: [keysMaxDefault],
  }
}

/** Seconds, as the timeout does it where nothing but the state has a say. */
function floor(state?: CircuitState): number {
  const isWarm = state !== undefined
  return dynamicTimeoutMs(state ?? 'CLOSED', latency({ isWarm })) / 1_000
}

function ofMean(): number {
  return dynamicTimeoutMs('CLOSED', latency({ expectedMs: 10_000 })) / 10_000
}

function ofP999(): number {
  return dynamicTimeoutMs('CLOSED', latency({ p999Ms: 10_000 })) / 10_000
}

function latency(known: { isWarm?: boolean; expectedMs?: number; p999Ms?: number }) {
  const none = { record: () => undefined, recordCensored: () => undefined, isRising: false }
  const times = { expectedMs: 1, p50Ms: 1, p95Ms: 1, p999Ms: 1, baselineMs: 1 }
  return { ...none, ...times, isWarm: true, freezeBaseline: () => undefined, ...known }
}

test("the page's table has every number of the code's defaults, and no other row", () => {
  expect(Object.fromEntries(rows())).toEqual(coded())
})

test('the words of the table are the defaults too', () => {
  expect(page).toMatch(new RegExp(`\`retry.jitter\` +\\| \`${retryDefaults.jitter}\``))
  expect(page).toMatch(new RegExp(`\`hedge\` .*the second after ${hedgeDefaults.after}`))
  expect(rulesOf({})).toMatchObject({ essential: false, slowCallMs: undefined })
})

test("the page's diagram has the edges of the code and no others", () => {
  const arrows = [...page.matchAll(/^ +([A-Z_]+) --> ([A-Z_]+): /gm)]

  const edgesOfCode = Object.entries(edges).flatMap(([from, tos]) =>
    tos.map((to) => `${from} ${to}`),
  )

  const drawn = arrows.map(([, from, to]) => `${from} ${to}`)
  expect(drawn.toSorted()).toEqual(edgesOfCode.toSorted())
})
