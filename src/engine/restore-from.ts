import { GenesisError } from '../runtime/index.ts'
import { restoreState, type SavedStates } from './checkpoint/index.ts'
import type { ComponentHost } from './component-host.ts'

/** A state that is missing is not guessed. */
export function restoreFrom(states: SavedStates, host: ComponentHost, into = host.component): void {
  const saved = states.get(host.name)
  if (saved) return restoreState(into, saved)
  if (host.initial === null) return
  if (host.component.beginsAnew) return restoreState(into, host.initial)
  throw new GenesisError('state-lost', `there is no state of ${host.name}`)
}
