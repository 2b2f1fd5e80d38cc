import { expect, test } from 'vitest'
import {
  nextSupervision,
  type SupervisionInput,
  type SupervisionState,
} from './supervision-state.ts'

const edges: Record<
  SupervisionState['is'],
  Partial<Record<SupervisionInput['input'], SupervisionState>>
> = {
  running: {
    failed: { is: 'suspended', reason: 'new' },
    'gave-up': { is: 'given-up', reason: 'new' },
  },
  suspended: {
    restore: { is: 'restoring', reason: 'old' },
    'gave-up': { is: 'given-up', reason: 'new' },
  },
  restoring: {
    failed: { is: 'suspended', reason: 'new' },
    restored: { is: 'running' },
    'gave-up': { is: 'given-up', reason: 'new' },
  },
  'given-up': { retry: { is: 'suspended', reason: 'new' } },
}
const inputs = ['failed', 'restore', 'restored', 'gave-up', 'retry'] as const

for (const from of Object.keys(edges) as SupervisionState['is'][]) {
  for (const input of inputs) {
    const to = edges[from][input]

    test(`${from} ${to ? `-${input}-> ${to.is}` : `is left alone by ${input}`}`, () => {
      const state: SupervisionState =
        from === 'running' ? { is: from } : { is: from, reason: 'old' }
      const event: SupervisionInput =
        input === 'restore' || input === 'restored' ? { input } : { input, reason: 'new' }

      const next = nextSupervision(state, event)

      if (to === undefined) expect(next).toBe(state)
      else expect(next).toEqual(to)
    })
  }
}
