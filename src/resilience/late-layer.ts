import type { CallHome } from './attempt.ts'
import { AttemptTimeout, type AttemptTimeoutOptions } from './attempt-timeout.ts'
import type { Executor, Run } from './executor.ts'

/**
 * A layer used alone is made before anybody knows in which pipeline: with the first call, of the
 * clock, the events and the budget which that brings. What is wrong with its options is said when
 * it is asked for, and not then.
 *
 * One that repeats calls is refused where a call must be made once. Hidden in an executor of
 * somebody's own it cannot be seen there, and lets such calls pass as if it were not.
 */
export class LateLayer<R extends Executor['repeats']> implements Executor {
  readonly repeats: R
  readonly #make: (home: CallHome) => Executor

  constructor(make: (home: CallHome) => Executor, repeats: R) {
    this.#make = make
    this.repeats = repeats
  }

  apply(inner: Run): Run {
    let run: Run | undefined
    return (attempt, settle) => {
      run ??= this.#layer(attempt.call.home).apply(inner)
      run(attempt, settle)
    }
  }

  #layer(home: CallHome): Executor {
    return home.isOnce === true && this.repeats !== undefined ? nothing : this.#make(home)
  }
}

const nothing: Executor = { apply: (inner) => inner }

/** A layer that goes by latency, with who measures it: in a policy that is the attempt timeout. */
export function measuredLayer(layer: Executor, options: AttemptTimeoutOptions): Executor {
  const measure = new AttemptTimeout(options)
  return { apply: (inner) => layer.apply(measure.apply(inner)) }
}
