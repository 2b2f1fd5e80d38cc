import { expect, test } from 'vitest'
import type { ProcessEnd } from '../runtime/index.ts'
import { firstLife, type RestartPlan, restartPlan, type RestartState } from './restart-plan.ts'

const killed: ProcessEnd = { by: 'signal', signal: 'SIGKILL' }
const exit = (code: number): ProcessEnd => ({ by: 'exit', code })

function plan(end: ProcessEnd, rest: { nowMs?: number; livedMs?: number; wasUp?: boolean } = {}) {
  return restartPlan(firstLife, { end, livedMs: 100, wasUp: true, nowMs: 0, ...rest })
}

/** What is done after each of `count` crashes, `everyMs` apart. */
function crashes(count: number, everyMs: number, livedMs: number): RestartPlan[] {
  let state: RestartState = firstLife
  return Array.from({ length: count }, (_, index) => {
    const life = { end: killed, livedMs, wasUp: true, nowMs: index * everyMs }
    const next = restartPlan(state, life)
    if (next.is === 'again') ({ state } = next)
    return next
  })
}

test('a stop and a refusal are final, with their code', () => {
  const plans = [0, 1, 2].map((code) => plan(exit(code)))

  expect(plans.map((each) => each.is)).toEqual(['over', 'over', 'over'])
  expect(plans).toMatchObject([{ code: 0, why: null }, { code: 1 }, { code: 2 }])
})

test('a crash, a kill and a process that could not be made are tried again', () => {
  const ends: ProcessEnd[] = [exit(70), exit(134), killed, { by: 'no-start', reason: 'EAGAIN' }]

  expect(ends.map((end) => plan(end).is)).toEqual(['again', 'again', 'again', 'again'])
})

test('what may pass is tried again only by a process that was up before', () => {
  const never = plan(exit(75), { wasUp: false })
  const now = plan(exit(75), { wasUp: true })
  const before = restartPlan(
    { ...firstLife, wasUp: true },
    { end: exit(75), livedMs: 1, wasUp: false, nowMs: 0 },
  )

  expect([never.is, now.is, before.is]).toEqual(['over', 'again', 'again'])
})

test('the wait doubles with each short life, to half a minute', () => {
  const waits = crashes(10, 20_000, 100).map((each) => each.is === 'again' && each.afterMs)

  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('after a steady life the wait is short again', () => {
  const waits = crashes(4, 90_000, 60_000).map((each) => each.is === 'again' && each.afterMs)

  expect(waits).toEqual([250, 250, 250, 250])
})

test('the eleventh crash within five minutes is the last, told in a sentence', () => {
  const plans = crashes(11, 20_000, 100)

  expect(plans[9]!.is).toBe('again')
  const why = '11 crashes within 5 minutes: not started again'
  expect(plans[10]).toEqual({ is: 'over', code: 70, why })
})

test('crashes that lie far apart are never given up on', () => {
  expect(crashes(100, 31_000, 100).every((each) => each.is === 'again')).toBe(true)
})
