import { expect, test, vi } from 'vitest'
import { CheckpointManager } from '../engine/index.ts'
import type { LogVolumeSettings, ResourceSample } from '../runtime/index.ts'
import { PaperLife } from './paper-run-fixture.ts'

async function started() {
  const life = await new PaperLife({}).start()
  return {
    life,
    view: life.view,
    /** What the process uses from now on, for a while. */
    async under(sample: Partial<ResourceSample>, virtualMs: number) {
      life.resources.use(sample)
      await life.pass(virtualMs)
    },
  }
}

test('a loop that lags is on the page, and in the health', async () => {
  const { life, view, under } = await started()
  expect(view.rates().loopLagMs).toBe(0)

  await under({ loopLagMs: 260 }, 3_000)

  expect(view.rates().loopLagMs).toBe(260)
  expect(view.health().reasons).toContain('the loop lags by 260 ms')
  await life.stop()
})

test('memory that runs out costs health until nothing new is risked, and comes back', async () => {
  const { life, view, under } = await started()

  await under({ heapUsedBytes: 96, heapMaxBytes: 100 }, 5_000)
  const pressed = view.mode()
  await under({ heapUsedBytes: 10 }, 120_000)

  expect(pressed).toMatchObject({
    mode: 'ULTRA',
    reason: expect.stringContaining('memory is 96 % used'),
  })
  expect(view.mode().mode).toBe('NORMAL')
  await life.stop()
})

test('the log is told by what the mode keeps and the pressure leaves, and whole again after', async () => {
  const { life, under } = await started()
  const last = <Name extends keyof LogVolumeSettings>(name: Name) =>
    life.volumes.findLast((each) => each[name] !== undefined)?.[name]
  expect([last('leastImportance'), last('share')]).toEqual([0, undefined])

  await under({ heapUsedBytes: 96, heapMaxBytes: 100 }, 5_000)
  const pressed = [last('leastImportance'), last('share')]
  await under({ heapUsedBytes: 10 }, 120_000)

  // In ULTRA warnings and more, of which one in twenty that is not an error.
  expect(pressed).toEqual([2, 0.05])
  expect([last('leastImportance'), last('share')]).toEqual([0, 1])
  await life.stop()
})

test('at the first sign of trouble checkpoints come twice as often', async () => {
  const saved = vi.spyOn(CheckpointManager.prototype, 'save')
  const { life, under } = await started()
  await life.pass(180_000)
  const calm = saved.mock.calls.length

  await under({ heapUsedBytes: 81, heapMaxBytes: 100 }, 180_000)

  expect(life.view.mode().mode).toBe('PRE_SAFE')
  expect([calm, saved.mock.calls.length - calm]).toEqual([3, 6])
  saved.mockRestore()
  await life.stop()
})

test('stopped, nothing measures any more', async () => {
  const { life } = await started()
  expect(life.resources.watches).toBe(1)

  await life.stop()

  expect(life.resources.watches).toBe(0)
})
