import { expect, test } from 'vitest'
import {
  asSystem,
  componentEffects,
  type ComponentModeInput,
  nextComponentMode,
  STRICT_DWELL_MS,
} from './component-mode.ts'
import { ComponentModes } from './component-modes.ts'
import { modeEffects } from './mode-effects.ts'

const measured = (errorRate: number, handled = 100): ComponentModeInput => ({
  kind: 'measured',
  errorRate,
  handled,
})
const hold: ComponentModeInput = { kind: 'hold', reason: 'asked for' }
const release: ComponentModeInput = { kind: 'release' }
const strict = nextComponentMode(asSystem, measured(0.3), 0)
const held = nextComponentMode(asSystem, hold, 0)

test.each([
  ['many errors make a component strict', asSystem, measured(0.2), 0, 'strict'],
  ['few errors do not', asSystem, measured(0.19), 0, 'as-system'],
  ['errors of a handful of events do not', asSystem, measured(1, 19), 0, 'as-system'],
  ['calm brings it back after its time', strict, measured(0), STRICT_DWELL_MS, 'as-system'],
  ['and not before', strict, measured(0), STRICT_DWELL_MS - 1, 'strict'],
  ['silence is calm', strict, measured(0, 0), STRICT_DWELL_MS, 'as-system'],
  ['by hand it is strict at once', asSystem, hold, 0, 'strict'],
  ['held by hand no calm releases it', held, measured(0), STRICT_DWELL_MS, 'strict'],
  ['released by hand it is back', held, release, 0, 'as-system'],
  ['a release does not clear its errors', strict, release, 0, 'strict'],
] as const)('%s', (_, state, input, nowMs, mode) => {
  expect(nextComponentMode(state, input, nowMs).mode).toBe(mode)
})

test('errors between calm and many keep it strict without end', () => {
  let state = strict
  for (let now = 0; now < 10 * STRICT_DWELL_MS; now += 1_000) {
    state = nextComponentMode(state, measured(0.1), now)
  }

  expect(state.mode).toBe('strict')
})

test('a strict component works under the settings of SAFE, or stricter ones of the system', () => {
  expect(componentEffects('strict', 'NORMAL')).toEqual(modeEffects.SAFE)
  expect(componentEffects('strict', 'ULTRA').throttleFactor).toBe(0.3)
  expect(componentEffects('as-system', 'NORMAL')).toBe(modeEffects.NORMAL)
})

test('one component is strict while the others stay, and changes are told once', () => {
  const told: string[] = []
  const modes = new ComponentModes((name, { mode }) => told.push(`${name} ${mode}`))

  modes.next('quotes', measured(0.5), 0)
  modes.next('quotes', measured(0.5), 1_000)
  modes.next('orders', measured(0), 1_000)

  expect(modes.effects('quotes', 'NORMAL').trading).toBe('no-new-risk')
  expect(modes.effects('orders', 'NORMAL').trading).toBe('open')
  modes.next('quotes', measured(0), 1_000 + STRICT_DWELL_MS)
  expect(told).toEqual(['quotes strict', 'quotes as-system'])
})
