import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { policy } from './policy.ts'

/** Without `--expose-gc`, which a test runner is not started with. */
function collect(): void {
  setFlagsFromString('--expose_gc')
  const gc = runInNewContext('gc') as () => void
  gc()
  gc()
}

function heapMiB(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

test('10 million calls under one long-lived parent signal leave the heap as it was', async () => {
  const parent = new AbortController()
  const quotes = policy('quotes', { effect: 'read', deadlineMs: 60_000 })
  const { signal } = parent
  const options = { signal }
  const call = async (calls: number) => {
    for (let index = 0; index < calls; index += 100) {
      const some = Array.from({ length: 100 }, () => quotes.run(() => index, options))
      await Promise.all(some)
      if (index % 10_000 === 0) await quotes.run((context) => context.signal().aborted, options)
    }
  }
  await call(100_000)
  const before = heapMiB()

  await call(10_000_000)

  expect(heapMiB() - before).toBeLessThan(4)
  expect(quotes.counters.out).toBe(0)
}, 120_000)
