import { expect, test } from 'vitest'
import { RestoreAbort } from './restore-abort.ts'

const reason = new Error('too late')

test('who reads the signal before hears of the abort, and who reads it after finds it aborted', () => {
  const [before, after] = [new RestoreAbort(), new RestoreAbort()]
  const { signal } = before
  before.abort(reason)
  after.abort(reason)

  expect([signal.aborted, signal.reason]).toEqual([true, reason])
  expect([after.signal.aborted, after.signal.reason]).toEqual([true, reason])
})

test('the first reason counts', () => {
  const abort = new RestoreAbort()
  abort.throwIfAborted()

  abort.abort(reason)
  abort.abort(new Error('another'))

  expect(abort.aborted).toBe(true)
  expect(() => abort.throwIfAborted()).toThrow(reason)
})
