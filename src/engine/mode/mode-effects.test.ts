import { expect, test } from 'vitest'
import { strictness } from './mode-edges.ts'
import { mayOpenRisk, modeEffects, stricterEffects } from './mode-effects.ts'
import { systemModes } from './system-mode.ts'

test('each mode throttles by its factor', () => {
  const factors = systemModes.map((mode) => [mode, modeEffects[mode].throttleFactor])

  expect(Object.fromEntries(factors)).toEqual({
    NORMAL: 1,
    PRE_SAFE: 0.8,
    LATENCY: 0.7,
    SAFE: 0.5,
    RECOVERY: 0.5,
    ULTRA: 0.3,
    EMERGENCY: 0.2,
  })
})

test('from SAFE on no mode lets new risk be opened', () => {
  const open = systemModes.filter(mayOpenRisk)

  expect(open).toEqual(['NORMAL', 'PRE_SAFE', 'LATENCY'])
  expect(open.every((mode) => strictness(mode) < strictness('SAFE'))).toBe(true)
})

test('only an emergency cancels what works', () => {
  const cancelling = systemModes.filter((mode) => modeEffects[mode].cancelWorking)

  expect(cancelling).toEqual(['EMERGENCY'])
  expect(modeEffects.EMERGENCY.trading).toBe('reduce-only')
})

test('of two settings the stricter is taken field by field', () => {
  const both = stricterEffects(modeEffects.LATENCY, modeEffects.SAFE)

  expect(both).toEqual({
    throttleFactor: 0.5,
    hedging: 'essential',
    batchMax: 25,
    logLevel: 'info',
    checkpointFactor: 2,
    trading: 'no-new-risk',
    cancelWorking: false,
  })
})
