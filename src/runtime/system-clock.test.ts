import { expect, test } from 'vitest'
import { systemClock } from './system-clock.ts'

test('a timer runs, and not before its delay has passed', async () => {
  const clock = systemClock()
  const start = clock.monotonicMs()

  const ranAt = await new Promise<number>((resolve) =>
    clock.after(1.5, () => resolve(clock.monotonicMs())),
  )

  expect(ranAt - start).toBeGreaterThanOrEqual(1.5)
})

test('a cancelled timer does not run, nor does cancelling a timer that ran', async () => {
  const clock = systemClock()
  const ran: string[] = []
  const [cancelled, kept] = ['cancelled', 'kept'].map((name) =>
    clock.after(1, () => ran.push(name)),
  )

  cancelled!.cancel()
  await clock.sleep(2)
  kept!.cancel()

  expect(ran).toEqual(['kept'])
})

test('a delay longer than Node can wait does not run at once', async () => {
  const clock = systemClock()
  let ran = false
  const timer = clock.after(2 ** 40, () => (ran = true))

  await clock.sleep(3)
  timer.cancel()

  expect(ran).toBe(false)
})

test('every repeats until cancelled', async () => {
  const clock = systemClock()

  const count = await new Promise<number>((resolve) => {
    let ticks = 0
    const timer = clock.every(1, () => {
      ticks++
      if (ticks < 3) return
      timer.cancel()
      resolve(ticks)
    })
  })

  expect(count).toBe(3)
})

test('sleep rejects with the reason of its signal', async () => {
  const abort = new AbortController()
  const sleeping = systemClock().sleep(60_000, abort.signal)

  abort.abort('enough')

  await expect(sleeping).rejects.toBe('enough')
})

test('turn lets a socket or timer turn pass, and now is whole', async () => {
  const clock = systemClock()
  let turned = false
  setImmediate(() => (turned = true))

  await clock.turn()

  expect(turned).toBe(true)
  expect(Number.isInteger(clock.now())).toBe(true)
})
