import type { GenesisError } from '../runtime/index.ts'
import type { ComponentTree } from './component-tree.ts'
import type { Dispatcher } from './dispatch/index.ts'
import type { FlushWatch } from './flush-watch.ts'
import type { HealthSources } from './health/index.ts'

/** What the engine knows of its own health. */
export function ownHealth(of: OwnHealthOptions): HealthSources {
  const { tree, dispatcher, flush, nowMs } = of
  return {
    facts: () => {
      const { restoring, givenUp } = tree.troubles()
      return {
        halted: of.halted()?.message ?? null,
        restoring: of.isRecovering() ? 'the state of the journal' : restoring,
        essentialFailing: givenUp,
      }
    },
    components: () => tree.status(),
    queueAge: () => ({ oldestMs: dispatcher.oldestWaitMs(nowMs()), boundMs: OLDEST_WAIT_MAX_MS }),
    flushMs: () => flush.flushMs(nowMs()),
  }
}

export interface OwnHealthOptions {
  readonly tree: ComponentTree
  readonly dispatcher: Dispatcher
  readonly flush: FlushWatch
  readonly nowMs: () => number
  /** Why durable work stopped, or null. */
  readonly halted: () => GenesisError | null
  readonly isRecovering: () => boolean
}

/** An event that waited so long in its level says that the system does not keep up. */
const OLDEST_WAIT_MAX_MS = 5_000
