import { expect, test } from 'vitest'
import { mayOpenRisk } from './mode-effects.ts'
import { decideMode, type ModeInput } from './system-mode.ts'

const well: ModeInput = {
  recovering: false,
  halted: null,
  essentialFailing: null,
  heldSafe: false,
}

test.each([
  [{}, 'NORMAL'],
  [{ heldSafe: true }, 'SAFE'],
  [{ essentialFailing: 'portfolio' }, 'SAFE'],
  [{ recovering: true, heldSafe: true }, 'RECOVERY'],
  [{ halted: 'a flush failed', recovering: true, essentialFailing: 'orders' }, 'EMERGENCY'],
])('with %j the mode is %s', (change, mode) => {
  expect(decideMode({ ...well, ...change }).mode).toBe(mode)
})

test('new risk is taken in no mode that has lost something', () => {
  const closed = (['SAFE', 'RECOVERY', 'EMERGENCY'] as const).map(mayOpenRisk)

  expect(closed).toEqual([false, false, false])
  expect(mayOpenRisk('NORMAL')).toBe(true)
})
