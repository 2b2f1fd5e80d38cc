import { expect, test } from 'vitest'
import type { Executor, OnceExecutor } from './executor.ts'
import { fallback } from './fallback/fallback.ts'
import { faults } from './faults/faults.ts'
import { hedge } from './hedge/hedge.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { isUnsent } from './known-errors.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { retry } from './retry/retry.ts'
import { SimulatedSide, watch } from './simulated-side.ts'
import { timeout } from './timeout.ts'

/** What repeats a call has no way in where it must be made once, by whatever option it comes. */
const repeating = { 'retry()': retry(), 'hedge()': hedge(), 'fallback()': fallback(() => 1) }

test.each(
  Object.entries(repeating).flatMap(([by, layer]) =>
    ['bulkhead', 'limiter', 'throttle', 'rateLimit', 'innermost'].map(
      (option) => [option, by, layer] as const,
    ),
  ),
)('as %s an order takes no %s, also when nobody checks the types', (option, by, layer) => {
  const given = { effect: 'once', [option]: option === 'innermost' ? [timeout(5), layer] : layer }
  const options = given as unknown as PolicyOptions<'once', never>
  const sentence = `${option} takes no ${by} with effect 'once'`

  expect(() => policy('place', options)).toThrow(sentence)
  expect(() => keyedPolicy('place', options)).toThrow(sentence)
  expect(() => keyedPolicy('place', () => options).of('a')).toThrow(sentence)
})

test.each(Object.entries(repeating))(
  'a pipeline takes no %s before somebody has said what repeating does',
  (by, layer) => {
    const layers = [timeout(5), layer] as never

    expect(() => pipeline(layers)).toThrow(`pipeline takes no ${by} without effect 'read'`)
    expect(() => pipeline(layers, { effect: 'once' as never })).toThrow("effect is 'read' or")
    expect(pipeline(layers, { effect: 'idempotent' }).name).toBe('pipeline')
  },
)

test('what repeats nothing is taken, and a retry with the proof that nothing was sent', async () => {
  const side = new SimulatedSide()
  const place = policy('place', {
    effect: 'once',
    bulkhead: bulkhead({ running: 5 }),
    limiter: adaptiveLimiter(),
    innermost: [retry({ isUnsent, baseMs: 1 }), faults({ rate: 0 }), timeout(5_000)],
    ...side.parts,
  })
  const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  side.script({ error }, { value: 'placed' })

  const seen = watch(place.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'placed', attempts: 2 })
})

test.each(Object.entries(repeating))(
  "%s within an executor of somebody's own lets an order pass, once",
  async (_, layer) => {
    const side = new SimulatedSide()
    const hidden: OnceExecutor = { apply: (inner) => layer.apply(inner) }
    const place = policy('place', { effect: 'once', innermost: [hidden], ...side.parts })
    side.script({ afterMs: 500, error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })

    const seen = watch(place.run(side.task))
    await side.clock.advance(60_000)

    expect(seen.outcome).toMatchObject({ unknown: true, attempts: 1 })
    expect(side.sent.length).toBe(1)
  },
)

/** Never called: the compiler is the test. */
export function whatDoesNotCompile(): void {
  // @ts-expect-error -- an order must not be retried where it is sent
  policy('place', { effect: 'once', innermost: [retry()] })
  // @ts-expect-error -- nor among others
  policy('place', { effect: 'once', innermost: [timeout(500), retry()] })
  // @ts-expect-error -- nor when nobody can tell what it is
  policy('place', { effect: 'once', innermost: [retry() as Executor] })
  // @ts-expect-error -- nor hedged
  policy('place', { effect: 'once', innermost: [hedge()] })
  // @ts-expect-error -- nor by what takes the place of a bulkhead
  policy('place', { effect: 'once', bulkhead: retry({ attempts: 3 }) })
  // @ts-expect-error -- or of a limiter
  policy('place', { effect: 'once', limiter: hedge({ after: 0 }) })
  // @ts-expect-error -- or of a throttle
  policy('place', { effect: 'once', throttle: retry() })
  // @ts-expect-error -- or of a rate
  policy('place', { effect: 'once', rateLimit: retry() })
  // @ts-expect-error -- another order's receipt is no answer
  policy('place', { effect: 'once', innermost: [fallback(() => 'placed')] })
  // @ts-expect-error -- nor key by key
  keyedPolicy('place', { effect: 'once', innermost: [retry()] })
  // @ts-expect-error -- nor by a function of the key
  keyedPolicy('place', () => ({ effect: 'once' as const, innermost: [retry()] }))
  // @ts-expect-error -- a pipeline must be told what repeating does
  pipeline([retry(), timeout(500)])
  // @ts-expect-error -- and is not for orders
  pipeline([retry()], { effect: 'once' })

  policy('quotes', { effect: 'read', innermost: [retry(), hedge()], bulkhead: retry() })
  policy('place', { effect: 'once', innermost: [timeout(500)], bulkhead: bulkhead({ running: 1 }) })
  pipeline([timeout(500), retry({ isUnsent })])
}
