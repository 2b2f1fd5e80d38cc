import { expect, test } from 'vitest'
import type { Component } from '../component.ts'
import { restoreState, savedStateOf } from './checkpoint.ts'

function counter(version?: number): Component & { count: number } {
  return {
    name: 'counter',
    subscriptions: [],
    ...(version === undefined ? {} : { stateVersion: version }),
    count: 0,
    onEvent: () => undefined,
    snapshot() {
      return { count: this.count }
    },
    restore(state) {
      this.count = (state as { count: number }).count
    },
  }
}

test('what was saved of a component is what it goes on with', () => {
  const before = Object.assign(counter(), { count: 7 })
  const saved = savedStateOf(before)!
  before.count = 8

  const after = counter()
  restoreState(after, saved)

  expect(after.count).toBe(7)
})

test('a component without a snapshot has nothing to save', () => {
  const { snapshot: _, ...stateless } = counter()

  expect(savedStateOf(stateless)).toBeNull()
  expect(savedStateOf({ ...stateless, snapshot: () => undefined })).toBeNull()
})

test('an older state goes through the migration of its component', () => {
  const component = Object.assign(counter(3), {
    migrate: (state: unknown, from: number) => ({ count: (state as { n: number }).n * from }),
  })

  restoreState(component, { version: 2, text: '{"n":21}' })

  expect(component.count).toBe(42)
})

test.each([
  [
    'older, without a migration',
    1,
    '{"count":1}',
    'has version 1; this counter reads 2 and migrates',
  ],
  ['newer', 3, '{"count":1}', 'has version 3; this counter reads 2, which is older'],
  ['no JSON', 2, '{"count"', 'is not JSON'],
])('a state that is %s is refused in a sentence and changes nothing', (_, version, text, says) => {
  const component = counter(2)

  const restoring = () => restoreState(component, { version, text })

  expect(restoring).toThrow(
    expect.objectContaining({ code: 'bad-checkpoint', message: expect.stringContaining(says) }),
  )
  expect(component.count).toBe(0)
})
