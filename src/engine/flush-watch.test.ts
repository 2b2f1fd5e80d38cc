import { expect, test } from 'vitest'
import { FlushWatch } from './flush-watch.ts'

test('a flush counts from the first event it waits for', () => {
  const watch = new FlushWatch()
  watch.recorded(() => 100)
  watch.recorded(() => 140)

  watch.flushed(false, 150)

  expect(watch.flushMs(1_000)).toBe(50)
})

test('one that hangs counts while it hangs', () => {
  const watch = new FlushWatch()
  watch.recorded(() => 100)
  watch.flushed(true, 110)

  expect(watch.flushMs(5_110)).toBe(5_000)
})
