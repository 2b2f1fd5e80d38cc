import { expect, test } from 'vitest'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import { retry } from './retry/retry.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

const throwing = () => {
  throw new Error('no chance')
}

test.each<[string, () => number]>([
  ['throws', throwing],
  ['gives NaN', () => NaN],
  ['gives nothing', () => undefined as unknown as number],
  ['gives far too much', () => Infinity],
])('a random that %s leaves no call unsettled, and is reported', async (_what, next) => {
  const side = new SimulatedSide()
  const random = { next }
  const broken = { error: new Error('down') }
  const quotes = policy('quotes', {
    effect: 'read',
    ...side.parts,
    random,
    throttle: clientThrottle({ random, volumeMin: 0 }),
    limiter: adaptiveLimiter({ random }),
  })
  const { random: _own, ...parts } = side.parts
  const alone = pipeline([retry({ random }), circuitBreaker({ random })], {
    effect: 'read',
    ...parts,
  })
  side.script(broken)

  const seen: ReturnType<typeof watch>[] = []
  for (let call = 0; call < 30; call++) {
    seen.push(watch(quotes.run(side.task)), watch(alone.run(side.task)))
    await side.clock.advance(1_000)
  }
  await side.clock.advance(60_000)

  expect(seen.every(({ outcome }) => outcome !== undefined)).toBe(true)
  expect(side.events).toContainEqual(expect.objectContaining({ type: 'isolated', what: 'random' }))
})
