import { expect, test } from 'vitest'
import { type LifecycleInput, type LifecycleState, nextLifecycleState } from './lifecycle-state.ts'

const edges: Record<LifecycleState['is'], Partial<Record<LifecycleInput['input'], string>>> = {
  idle: { start: 'starting' },
  starting: { started: 'running', 'start-failed': 'failed', stop: 'stopping' },
  running: { stop: 'stopping' },
  stopping: { stopped: 'stopped' },
  stopped: { start: 'starting' },
  failed: { start: 'starting' },
}
const inputs = ['start', 'started', 'start-failed', 'stop', 'stopped'] as const

for (const from of Object.keys(edges) as LifecycleState['is'][]) {
  for (const input of inputs) {
    const to = edges[from][input]
    const name =
      to === undefined ? `${from} is left alone by ${input}` : `${from} -${input}-> ${to}`

    test(name, () => {
      const state: LifecycleState = from === 'failed' ? { is: from, cause: 'why' } : { is: from }
      const event: LifecycleInput =
        input === 'start-failed' ? { input, cause: 'because' } : { input }

      const next = nextLifecycleState(state, event)

      if (to === undefined) expect(next).toBe(state)
      else expect(next).toEqual(to === 'failed' ? { is: to, cause: 'because' } : { is: to })
    })
  }
}
