import { expect, test } from 'vitest'
import { mayOpenRisk } from './mode-effects.ts'

test('new risk is taken in no mode that has lost something', () => {
  const closed = (['SAFE', 'RECOVERY', 'EMERGENCY'] as const).map(mayOpenRisk)

  expect(closed).toEqual([false, false, false])
  expect(mayOpenRisk('NORMAL')).toBe(true)
})
