import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { ModeHistory } from './mode-history.ts'

test('a mode is shown with its reason and since when, and how it was come to', async () => {
  const clock = new SimulatedClock(1_000)
  const history = new ModeHistory(clock, { mode: 'RECOVERY', reason: 'state is being rebuilt' })

  await clock.advance(500)
  history.entered({ mode: 'NORMAL', reason: 'everything answers' })
  await clock.advance(500)
  history.entered({ mode: 'SAFE', reason: 'it broke' })

  expect(history.current).toEqual({ mode: 'SAFE', since: 2_000, reason: 'it broke' })
  expect(history.changes).toEqual([
    { time: 1_500, from: 'RECOVERY', to: 'NORMAL', reason: null },
    { time: 2_000, from: 'NORMAL', to: 'SAFE', reason: 'it broke' },
  ])
})

test('of many changes the latest are kept', () => {
  const history = new ModeHistory(new SimulatedClock(0), { mode: 'NORMAL', reason: '' })

  for (let change = 0; change < 200; change += 1) {
    history.entered({ mode: change % 2 === 0 ? 'PRE_SAFE' : 'NORMAL', reason: `${change}` })
  }

  expect(history.changes).toHaveLength(50)
  expect(history.changes.at(-2)).toMatchObject({ to: 'PRE_SAFE', reason: '198' })
})
