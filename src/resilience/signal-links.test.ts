import { expect, test } from 'vitest'
import { linkSignal, unlinkSignal } from './signal-links.ts'

test('every linked call hears the abort once, with its reason', () => {
  const parent = new AbortController()
  const heard: unknown[] = []
  for (const name of ['a', 'b']) linkSignal(parent.signal, (reason) => heard.push([name, reason]))

  parent.abort('enough')

  expect(heard).toEqual([
    ['b', 'enough'],
    ['a', 'enough'],
  ])
})

test('an unlinked call hears nothing, wherever in the list it was', () => {
  const parent = new AbortController()
  const heard: string[] = []
  const links = ['a', 'b', 'c', 'd'].map((name) =>
    linkSignal(parent.signal, () => heard.push(name)),
  )

  for (const at of [3, 0, 1, 1]) unlinkSignal(links[at]!)
  parent.abort()

  expect(heard).toEqual(['c'])
})

test('a call that unlinks another while the abort is told is obeyed', () => {
  const parent = new AbortController()
  const heard: string[] = []
  const first = linkSignal(parent.signal, () => heard.push('first'))
  linkSignal(parent.signal, () => {
    heard.push('second')
    unlinkSignal(first)
  })

  parent.abort()

  expect(heard).toEqual(['second'])
})

test('a long-lived parent carries one listener however many calls were under it', () => {
  const parent = new AbortController()
  let listeners = 0
  const { addEventListener } = parent.signal
  parent.signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++
    addEventListener.apply(parent.signal, given)
  }

  for (let call = 0; call < 1_000; call++) {
    unlinkSignal(linkSignal(parent.signal, () => undefined))
  }

  expect(listeners).toBe(1)
})
