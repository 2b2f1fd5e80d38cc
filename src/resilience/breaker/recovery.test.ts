import { expect, test } from 'vitest'
import { recovered, recovering, relapsed, startOver } from './recovery.ts'
import { type RuleOptions, rulesOf } from './rules.ts'

/** What the answers lead to: `ok` or `no`, one at each time. */
function after(answers: readonly (readonly [nowMs: number, 'ok' | 'no'])[], options?: RuleOptions) {
  const rules = rulesOf(options ?? {})
  let recovery = startOver(0)
  for (const [nowMs, answer] of answers) {
    const to = recovering(recovery, answer === 'ok' ? 'succeeded' : 'failed', nowMs, rules)
    if (typeof to === 'string') return to
    recovery = to
  }
  return recovery
}

const oks = (count: number, nowMs: number) =>
  Array.from({ length: count }, () => [nowMs, 'ok'] as const)

test('enough probes lead to the first step of the ramp', () => {
  expect(after(oks(2, 0))).toMatchObject({ step: 0, successes: 2 })
  expect(after(oks(3, 0))).toMatchObject({ step: 1, successes: 0 })
})

test('one failed probe is a relapse', () => {
  expect(after([...oks(2, 0), [0, 'no']])).toBe(relapsed)
})

test('with more failed probes allowed, the number of them decides', () => {
  const options = { probeSuccesses: 4, probeFailures: 2 }

  expect(after([[0, 'no'], ...oks(3, 0)], options)).toMatchObject({ successes: 3, failures: 1 })
  expect(after([[0, 'no'], ...oks(3, 0), [0, 'no']], options)).toBe(relapsed)
})

test('a step of the ramp lasts its time, however many calls succeed', () => {
  expect(after([...oks(3, 0), ...oks(1_000, 1_999)])).toMatchObject({ step: 1 })
  expect(after([...oks(3, 0), ...oks(1, 2_000)])).toMatchObject({ step: 2, stepSinceMs: 2_000 })
})

test('after the last step it is recovered', () => {
  const answers = [0, 0, 0, 2_000, 4_000, 6_000, 8_000, 10_000].map((ms) => [ms, 'ok'] as const)

  expect(after(answers.slice(0, -1))).toMatchObject({ step: 5 })
  expect(after(answers)).toBe(recovered)
})

test('without a ramp the last probe closes', () => {
  expect(after(oks(3, 0), { ramp: false })).toBe(recovered)
})

test('a failure alone holds the step where it is, three are a relapse', () => {
  const oneFailed = [...oks(3, 0), [100, 'no'], [2_000, 'ok']] as const

  expect(after(oneFailed)).toMatchObject({ step: 1, stepSinceMs: 2_000, failures: 0 })
  expect(after([...oneFailed, [2_100, 'no'], [2_200, 'no'], [2_300, 'no']])).toBe(relapsed)
})

test('three failures among many successes are no relapse', () => {
  const no = [1_000, 'no'] as const

  expect(after([...oks(3, 0), ...oks(100, 500), no, no, no])).toMatchObject({ failures: 3 })
})
