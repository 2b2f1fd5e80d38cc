/** What every holder of replicas does, wherever it keeps them. */
import { expect, test } from 'vitest'
import { durableEvent, numbered, Priority } from '../event.ts'
import { type EventBatch, stateOffer } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'

export function replicaHolderConformance(makeHolder: () => Promise<ReplicaHolder>): void {
  const state = (text: string) => new Map([['counter', { version: 2, text }]])
  const offer = (number: number, group = 'counter') =>
    stateOffer(group, number, state(`{"count":${number},"who":"Zoë"}`))

  test('of a group it was never offered it has nothing, and takes no batch', async () => {
    const holder = await makeHolder()

    expect(await holder.newest('counter')).toBeNull()
    expect(await holder.apply('counter', batch(0, 1))).toMatchObject({ ok: false, refused: 'gap' })
  })

  test('it gives back what it was offered and what followed, in order', async () => {
    const holder = await makeHolder()

    const answers = [
      await holder.offer(offer(5)),
      await holder.apply('counter', batch(5, 6, 8)),
      await holder.apply('counter', batch(8, 9)),
    ]

    expect(answers).toEqual([undefined, undefined, undefined])
    expect(await holder.newest('counter')).toEqual({
      offer: offer(5),
      batches: [batch(5, 6, 8), batch(8, 9)],
    })
  })

  test('a new offer takes the place of everything before it', async () => {
    const holder = await makeHolder()
    await holder.offer(offer(5))
    await holder.apply('counter', batch(5, 6))

    await holder.offer(offer(20))

    expect(await holder.newest('counter')).toEqual({ offer: offer(20), batches: [] })
  })

  test.each([
    ['leaves a gap', batch(7, 8), 'gap'],
    ['comes a second time', batch(5, 6), 'gap'],
    ['lacks an event it says it has', { ...batch(6, 7), upTo: 9 }, 'damaged'],
    ['has events out of order', batch(6, 9, 8), 'damaged'],
  ])('a batch that %s is refused, and what is there stays', async (_, wrong, refused) => {
    const holder = await makeHolder()
    await holder.offer(offer(5))
    await holder.apply('counter', batch(5, 6))

    const answer = await holder.apply('counter', wrong)

    expect(answer).toMatchObject({ ok: false, refused })
    expect(await holder.newest('counter')).toEqual({ offer: offer(5), batches: [batch(5, 6)] })
  })

  test('a damaged offer is refused, and what is there stays', async () => {
    const holder = await makeHolder()
    await holder.offer(offer(5))

    const answer = await holder.offer({ ...offer(9), states: [...state('{"count":8}')] })

    expect(answer).toMatchObject({ ok: false, refused: 'damaged' })
    expect(await holder.newest('counter')).toEqual({ offer: offer(5), batches: [] })
  })

  test('groups do not touch each other, and a dropped one is gone', async () => {
    const holder = await makeHolder()
    await holder.offer(offer(5))
    await holder.offer(offer(7, 'other'))

    await holder.drop('counter')
    await holder.drop('counter')

    expect(await holder.newest('counter')).toBeNull()
    expect(await holder.newest('other')).toEqual({ offer: offer(7, 'other'), batches: [] })
  })
}

/** The events of these numbers, after `after`. */
export function batch(after: number, ...numbers: readonly number[]): EventBatch {
  const events = numbers.map((number) => {
    const payload = { by: number, note: 'ü' }
    const fields = { priority: Priority.NORMAL, time: number, key: `${number}`, payload }
    return numbered(durableEvent('count.raised', fields), number)
  })
  return { after, upTo: numbers.at(-1) ?? after, events }
}
