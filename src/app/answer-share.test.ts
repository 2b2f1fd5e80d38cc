import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { AnswerShare } from './answer-share.ts'

function counted(...answers: readonly boolean[]) {
  const clock = new SimulatedClock()
  const answered = new AnswerShare(clock)
  for (const each of answers) answered.count(each)
  return { clock, answered }
}

test('before the first question all is well', () => {
  expect(counted().answered.share).toBe(1)
})

test('one lost answer among the first few is a tenth', () => {
  expect(counted(true, false).answered.share).toBe(0.9)
})

test('only the last ten count', () => {
  const tenLost = Array.from({ length: 10 }, () => false)

  expect(counted(...tenLost).answered.share).toBe(0)
  expect(counted(...tenLost, true, true, true).answered.share).toBe(0.3)
})

test('what was lost more than five minutes ago is forgotten', async () => {
  const { clock, answered } = counted(false, false)

  await clock.advance(299_999)
  const before = answered.share
  await clock.advance(1)

  expect([before, answered.share]).toEqual([0.8, 1])
})
