import { expect, test } from 'vitest'
import { SimulatedClock } from '../../runtime/index.ts'
import { type Event, Priority } from '../event.ts'
import { durable, passing } from './dispatch-fixture.ts'
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts'

const { CRITICAL, HIGH, NORMAL, LOW, BACKGROUND } = Priority

/** A dispatcher that keeps what it delivered; the event `go` publishes `inside`, in its turn. */
function dispatching(options: Partial<DispatcherOptions> & { readonly inside?: readonly Event[] }) {
  const clock = new SimulatedClock()
  const delivered: string[] = []
  const refusals: unknown[] = []
  const dispatcher: Dispatcher = new Dispatcher({
    clock,
    bound: 1_000,
    canTake: () => true,
    deliver: (event) => {
      delivered.push(event.key)
      if (event.key !== 'go') return
      for (const each of options.inside ?? []) refusals.push(dispatcher.publish(each)?.refused)
    },
    ...options,
  })
  return { clock, delivered, refusals, dispatcher }
}

const go = passing(CRITICAL, 'go')

test('an event published from outside is delivered before publish returns', () => {
  const { dispatcher, delivered } = dispatching({})

  const refusal = dispatcher.publish(passing(BACKGROUND, 'a'))

  expect(refusal).toBeUndefined()
  expect(delivered).toEqual(['a'])
  expect(dispatcher.idle).toBe(true)
})

test('an event published while another is delivered waits for it, by its priority', () => {
  const inside = [passing(LOW, 'low'), passing(HIGH, 'high'), durable(CRITICAL, 'critical')]
  const { dispatcher, delivered } = dispatching({ inside })

  dispatcher.publish(go)

  expect(delivered).toEqual(['go', 'critical', 'high', 'low'])
})

test('a used-up turn lets other work in, and the rest follows', async () => {
  const delivered: string[] = []
  const { clock, dispatcher } = dispatching({
    turnMs: 2,
    deliver: (event) => {
      delivered.push(event.key)
      clock.setTime(clock.now() + 1)
      if (event.key !== 'go') return
      for (const key of ['a', 'b', 'c', 'd']) dispatcher.publish(passing(NORMAL, key))
    },
  })

  dispatcher.publish(go)
  const inFirstTurn = [...delivered]
  await dispatcher.settled()

  expect(inFirstTurn).toEqual(['go', 'a', 'b'])
  expect(delivered).toEqual(['go', 'a', 'b', 'c', 'd'])
})

test('batches end after 100 events at most, and each has its end', () => {
  const ends: number[] = []
  const inside = Array.from({ length: 250 }, () => passing(NORMAL))
  const { dispatcher, delivered } = dispatching({
    inside,
    onBatchEnd: () => ends.push(delivered.length),
  })

  dispatcher.publish(go)

  expect(ends).toEqual([100, 200, 251])
})

test('what the end of a batch publishes is delivered in the same turn', () => {
  let left = 2
  const { dispatcher, delivered } = dispatching({
    onBatchEnd: () => {
      left -= 1
      if (left > 0) dispatcher.publish(passing(NORMAL, 'gathered'))
    },
  })

  dispatcher.publish(passing(HIGH, 'a'))

  expect(delivered).toEqual(['a', 'gathered'])
})

test('a durable event that cannot be taken waits, and passing events overtake it', async () => {
  let hasRoom = false
  const inside = [durable(HIGH, 'd1'), passing(HIGH, 'p'), durable(HIGH, 'd2'), passing(LOW, 'q')]
  const { dispatcher, delivered } = dispatching({ inside, canTake: () => hasRoom })

  dispatcher.publish(go)
  const before = [...delivered]
  hasRoom = true
  dispatcher.resume()

  expect(before).toEqual(['go', 'p', 'q'])
  expect(delivered).toEqual(['go', 'p', 'q', 'd1', 'd2'])
  expect(dispatcher.idle).toBe(true)
})

test('a level that was held up counts as waiting only from then on', () => {
  let hasRoom = false
  const delivered: string[] = []
  const { dispatcher } = dispatching({
    canTake: () => hasRoom,
    deliver: ({ key }) => {
      delivered.push(key)
      if (key === 'go') for (const event of inside) dispatcher.publish(event)
      if (delivered.length !== 300) return
      hasRoom = true
      dispatcher.resume()
    },
  })
  const inside = [durable(HIGH, 'held')]
  for (let each = 0; each < 400; each += 1) inside.push(passing(NORMAL), passing(LOW))

  dispatcher.publish(go)

  expect(delivered.indexOf('held')).toBe(300)
  expect(delivered.length).toBe(802)
})

test('settled waits for what is held up', async () => {
  let hasRoom = false
  const { dispatcher, delivered } = dispatching({ canTake: () => hasRoom })
  dispatcher.publish(durable(NORMAL, 'd'))
  const order: string[] = []
  const settled = dispatcher.settled().then(() => order.push('settled'))

  await Promise.resolve()
  order.push('resumed')
  hasRoom = true
  dispatcher.resume()
  await settled

  expect(order).toEqual(['resumed', 'settled'])
  expect(delivered).toEqual(['d'])
})

test('the full level refuses with a sentence and counts it', () => {
  const inside = [passing(LOW), passing(LOW)]
  const { dispatcher, refusals } = dispatching({ inside, bound: 1 })

  dispatcher.publish(go)

  expect(refusals).toEqual([undefined, 'queue-full'])
  expect(dispatcher.counts().byLevel[LOW]!.refused).toEqual({ throttled: 0, 'queue-full': 1 })
})

test('at the bound of all levels the least important passing event gives way, and is counted', () => {
  const inside = [
    passing(BACKGROUND, 'b'),
    passing(LOW, 'l'),
    durable(LOW, 'd'),
    passing(NORMAL, 'n'),
    passing(HIGH, 'h'),
  ]
  const { dispatcher, delivered, refusals } = dispatching({ inside, bound: 3, boundOfAll: 3 })

  dispatcher.publish(go)

  expect(refusals).toEqual([undefined, undefined, undefined, undefined, undefined])
  expect(delivered).toEqual(['go', 'h', 'n', 'd'])
  expect(dispatcher.counts().shed).toBe(2)
})

test('a durable event without room is refused to its publisher, and none is dropped', () => {
  const inside = [durable(BACKGROUND, 'd1'), durable(BACKGROUND, 'd2'), durable(CRITICAL, 'd3')]
  const { dispatcher, delivered, refusals } = dispatching({ inside, bound: 2, boundOfAll: 2 })

  dispatcher.publish(go)

  expect(refusals).toEqual([undefined, undefined, 'queue-full'])
  expect(delivered).toEqual(['go', 'd1', 'd2'])
})

test('pressure takes effect with the next event, within the turn it is set in', () => {
  const ends: number[] = []
  const delivered: string[] = []
  const refusals: unknown[] = []
  const { dispatcher } = dispatching({
    deliver: (event) => {
      delivered.push(event.key)
      if (event.key !== 'go') return
      dispatcher.setPressure({ throttleFactor: 0.5, batchMax: 2 })
      const inside = [passing(LOW, 'a'), passing(LOW, 'b'), passing(NORMAL, 'c'), durable(LOW, 'd')]
      for (const each of inside) refusals.push(dispatcher.publish(each)?.refused)
    },
    onBatchEnd: () => ends.push(delivered.length),
  })

  dispatcher.publish(go)

  expect(refusals).toEqual(['throttled', undefined, undefined, undefined])
  expect(ends).toEqual([2, 4])
  expect(dispatcher.counts().byLevel[LOW]!.refused.throttled).toBe(1)
})

test('what was flushed goes first, and takes turns with CRITICAL and HIGH', () => {
  const flushed = ['f1', 'f2', 'f3']
  const inside = [passing(HIGH, 'h1'), passing(HIGH, 'h2'), passing(NORMAL, 'n')]
  const delivered: string[] = []
  const { dispatcher } = dispatching({
    deliver: (event) => {
      delivered.push(event.key)
      if (event.key !== 'go') return
      for (const each of inside) dispatcher.publish(each)
      dispatcher.resume()
    },
    takeFlushed: () => {
      const next = flushed.shift()
      if (next !== undefined) delivered.push(next)
      return next !== undefined
    },
  })

  dispatcher.publish(go)

  expect(delivered).toEqual(['go', 'h1', 'f1', 'h2', 'f2', 'f3', 'n'])
  expect(dispatcher.idle).toBe(true)
})

test('the age of the oldest that waits is known', () => {
  const { clock, dispatcher } = dispatching({ canTake: () => false })
  clock.setTime(100)
  dispatcher.publish(durable(NORMAL))
  clock.setTime(140)

  const ages = [dispatcher.oldestWaitMs(140), dispatching({}).dispatcher.oldestWaitMs(5)]

  expect(ages).toEqual([40, 0])
  expect(dispatcher.depth(NORMAL)).toBe(1)
})

test('an error out of deliver leaves the rest to the next turn', async () => {
  const delivered: string[] = []
  const { dispatcher } = dispatching({
    deliver: (event) => {
      delivered.push(event.key)
      if (event.key !== 'go') return
      dispatcher.publish(passing(NORMAL, 'after'))
      throw new Error('a bug of the caller')
    },
  })

  expect(() => dispatcher.publish(go)).toThrow('a bug of the caller')
  await dispatcher.settled()

  expect(delivered).toEqual(['go', 'after'])
})
