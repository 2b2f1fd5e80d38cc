import { assert } from '../../runtime/index.ts'
import type { RepeatingExecutor, Run } from '../executor.ts'
import { LateLayer } from '../late-layer.ts'
import { checkPart } from '../option-checks.ts'
import type { CacheOptions, Fallback } from '../policy-options.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { shown } from '../shown.ts'
import { timersOf } from '../timers.ts'
import type { Whole } from '../whole.ts'
import { AnswerCache } from './answer-cache.ts'
import { FallbackAnswer } from './fallback-answer.ts'
import { FallbackCall, fallbackMsDefault } from './fallback-call.ts'

/**
 * Answers in place of calls that were refused or failed, alone:
 * `pipeline([fallback(() => last)], { effect: 'read' })`. It answers `fatal` failures only
 * if it is `essential`. With `cache` the last good answer of the call's key comes first. Put first,
 * it also answers when the deadline has passed.
 */
export function fallback(
  answer: Fallback<unknown>,
  options: FallbackOptions = {},
): RepeatingExecutor {
  assert(typeof answer === 'function', `fallback is a function, not ${shown(answer)}`)
  checkPart('fallback', options)
  const { withinMs = fallbackMsDefault, cache, essential = false } = options
  if (cache !== undefined) checkPart('cache', cache)
  return new FallbackLayer(answer, { withinMs, essential, ...(cache && { cache }) })
}

/** Known by its class: a pipeline that begins with it has its deadline within. */
export class FallbackLayer implements RepeatingExecutor {
  readonly repeats = 'fallback'
  readonly #layer: LateLayer<'fallback'>

  constructor(
    answer: Fallback<unknown>,
    options: Whole<Omit<FallbackOptions, 'cache'>> & FallbackOptions,
  ) {
    const { withinMs, essential } = options
    this.#layer = new LateLayer(({ clock, events }) => {
      const timers = timersOf(clock)
      return new FallbackAnswer({
        cache: options.cache && new AnswerCache(options.cache),
        fallback: new FallbackCall({ fallback: answer, withinMs, timers, events }),
        essential,
        latency: new LatencyPredictor(),
        timers,
        events,
      })
    }, this.repeats)
  }

  apply(inner: Run): Run {
    return this.#layer.apply(inner)
  }
}

export interface FallbackOptions {
  /** A fallback that takes longer is none. Default 1 000. */
  readonly withinMs?: number | undefined
  readonly cache?: CacheOptions | undefined
  /** Answers `fatal` failures too (a 404, a mistake of our own), and tells them. Default false. */
  readonly essential?: boolean | undefined
}
