import type { CallHome } from './attempt.ts'
import { AttemptTimeout, type AttemptTimeoutOptions } from './attempt-timeout.ts'
import type { Executor, Run } from './executor.ts'

/**
 * A layer used alone is made before anybody knows in which pipeline: with the first call, of the
 * clock, the events and the budget which that brings. What is wrong with its options is said when
 * it is asked for, and not then.
 */
export class LateLayer implements Executor {
  readonly #make: (home: CallHome) => Executor

  constructor(make: (home: CallHome) => Executor) {
    this.#make = make
  }

  apply(inner: Run): Run {
    let run: Run | undefined
    return (attempt, settle) => {
      run ??= this.#make(attempt.call.home).apply(inner)
      run(attempt, settle)
    }
  }
}

/** A layer that goes by latency, with who measures it: in a policy that is the attempt timeout. */
export function measuredLayer(layer: Executor, options: AttemptTimeoutOptions): Executor {
  const measure = new AttemptTimeout(options)
  return { apply: (inner) => layer.apply(measure.apply(inner)) }
}
