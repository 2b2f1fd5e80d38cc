import type { Clock } from '../runtime/index.ts'
import { defaultParts } from './parts.ts'

/**
 * The pause that a response asks for by its `Retry-After` (seconds or an HTTP date), in
 * milliseconds. Undefined when it asks for none. Put it on the error as `retryAfterMs`.
 *
 * A date is compared with the response's own `Date`, since their clock is not ours; ours is asked
 * only when there is none.
 */
export function retryAfterMsOf(
  { headers }: { readonly headers: { get(name: string): string | null } },
  clock?: Clock,
): number | undefined {
  const asked = headers.get('retry-after')?.trim()
  if (asked === undefined || asked === '') return undefined
  const ms = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) * 1_000 : untilMs(asked, headers, clock)
  return ms > 0 && ms < Infinity ? ms : undefined
}

function untilMs(
  date: string,
  headers: { get(name: string): string | null },
  clock: Clock | undefined,
): number {
  const theirsMs = timeOf(headers.get('date') ?? '')
  const nowMs = theirsMs === theirsMs ? theirsMs : (clock ?? defaultParts().clock).now()
  return timeOf(date) - nowMs
}

/** `Wed, 21 Oct 2026 07:28:00 GMT`, the one form that may be sent today; NaN for anything else. */
function timeOf(date: string): number {
  const parts = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(date)
  if (parts === null) return NaN
  const [, day, month, year, hour, minute, second] = parts
  const monthIndex = months.indexOf(month ?? '')
  if (monthIndex < 0) return NaN
  const time = [hour, minute, second].map(Number) as [number, number, number]
  return Date.UTC(Number(year), monthIndex, Number(day), ...time)
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
