/**
 * A server that fails in five ways, and a policy that answers all the same.
 *
 *   npx tsx examples/resilience.ts
 */
import { policy, retryAfterMsOf } from 'genesis/resilience'
import { failingServer, type Way, ways } from './failing-server.ts'

const prices = policy('prices', {
  effect: 'read', // asking twice does no harm, so it may be retried and hedged
  deadlineMs: 1_000, // for everything together: attempts, waits, fallback
  hedge: { after: 100 }, // ask a second time when there is no answer after 100 ms
  retry: { attempts: 3, baseMs: 20 },
  cache: { maxAgeMs: 60_000 }, // the last good answer, with its age, when all else fails
  onEvent: ({ type }) => console.log('    ', type),
})

async function fetchPrice(signal: AbortSignal): Promise<string> {
  const reply = await fetch(server.url, { signal })
  if (reply.ok) return reply.text()
  const retryAfterMs = retryAfterMsOf(reply)
  throw Object.assign(new Error('no price'), { status: reply.status, retryAfterMs })
}

const server = await failingServer()
for (const way of Object.keys(ways) as Way[]) {
  console.log(`\n${way}`)
  server.fail(way)

  const outcome = await prices.run(({ signal }) => fetchPrice(signal()), { key: 'BTC/USDT' })

  if (!outcome.ok) console.log('  =>', 'refused' in outcome ? outcome.reason : outcome.error)
  else {
    const { value, source, attempts, elapsedMs, ageMs } = outcome
    const age = ageMs === undefined ? '' : `, ${Math.round(ageMs)} ms old`
    const sent = `${attempts} sent, ${Math.round(elapsedMs)} ms`
    console.log(`  => ${value}, ${source}${age} (${sent})`)
  }
}
server.close()
