import { expect, test } from 'vitest'
import type { Event } from '../engine/index.ts'
import { int, type Strategy, strategy, type StrategyContext } from '../trading/index.ts'
import { AccountFixture, btc, eth } from './account-fixture.ts'
import { StrategyComponent } from './strategy-component.ts'
import { type OrderCancelRequested, type OrderRequested, Topic } from './trading-events.ts'

type Context = StrategyContext<{ readonly at: number }>

function does(
  onBar: (context: Context, bar: number) => void,
  onFill: (context: Context) => void = () => undefined,
): Strategy {
  return strategy({
    name: 'does',
    params: { at: int(1) },
    setup: () => ({ seen: { bars: 0 } }),
    onBar: (context) => {
      context.seen.bars += 1
      onBar(context, context.seen.bars)
    },
    onFill,
  })
}

/** The account and one strategy behind it, as the coordinator would drive them. */
class Fixture extends AccountFixture {
  readonly component: StrategyComponent
  blocked: string | null = null

  constructor(chosen: Strategy, fingerprint = 'mine') {
    super()
    this.component = new StrategyComponent({
      strategy: chosen,
      parameters: {},
      instrument: btc,
      fingerprint,
      account: this.account,
      now: () => 61_000,
      blocked: () => this.blocked,
      log: this.log,
    })
  }

  override give(event: Event): Event {
    const given = super.give(event)
    if (!this.component.subscriptions.includes(given.topic as 'run.started')) return given
    this.component.onEvent(given, this.context)
    return given
  }

  /** Journals and applies what was published, as the coordinator does after the flush. */
  settle(): this {
    for (const event of this.published.splice(0)) this.give(event)
    return this
  }
}

const buyer = () => does(({ order }) => order.buy({ quantity: 1 }))
const requested = (event: Event | undefined) => event?.payload as OrderRequested
const idOf = (event: Event | undefined) => requested(event).request.clientOrderId

test('the same decision has the same order id, and the next one another', () => {
  const [first, second] = [new Fixture(buyer()), new Fixture(buyer())]

  for (const fixture of [first, second]) {
    fixture.start()
    fixture.bar(100)
    fixture.bar(101, 120_000)
  }

  expect(first.published.map(idOf)).toEqual(second.published.map(idOf))
  expect(new Set(first.published.map(idOf)).size).toBe(2)
})

test('the decision says when it was made and at which price', () => {
  const fixture = new Fixture(buyer()).start()

  fixture.bar(100)

  expect(requested(fixture.published[0])).toMatchObject({
    decidedAt: 60_000,
    referencePrice: 10_000,
    blocked: null,
    request: { side: 'buy', quantity: 1_000, type: 'market', symbol: btc.symbol },
  })
})

test('why the system takes no risk is part of a decision in life, and not of a replay', () => {
  const fixture = new Fixture(buyer()).start()
  fixture.blocked = 'held'

  fixture.bar(100)
  fixture.live = false
  fixture.bar(100, 120_000)

  expect(fixture.published.map((event) => requested(event).blocked)).toEqual(['held', null])
})

test('it sleeps until its own run starts', () => {
  const fixture = new Fixture(buyer(), 'mine')

  fixture.start({}, { fingerprint: 'another' })
  fixture.bar(100)
  expect(fixture.component.barCount).toBe(0)
  fixture.start({}, { runId: 'run2', fingerprint: 'mine', cash: null })
  fixture.bar(101, 120_000)

  expect(fixture.component.barCount).toBe(1)
  expect(fixture.published).toHaveLength(1)
})

test('a new run begins with nothing, the same run again keeps what it knows', () => {
  const fixture = new Fixture(buyer()).start()
  fixture.bar(100)

  fixture.start({}, { cash: null })
  expect(fixture.component.barCount).toBe(1)
  fixture.start({}, { runId: 'run2', cash: null })

  expect(fixture.component.barCount).toBe(0)
})

test('bars of another symbol are not its bars', () => {
  const fixture = new Fixture(buyer()).start()

  fixture.bar(100, 60_000, eth)

  expect(fixture.component.barCount).toBe(0)
  expect(fixture.published).toEqual([])
})

test('one that throws is stopped for good, also after a restore', () => {
  const chosen = does((_context, bar) => {
    if (bar === 2) throw new Error('I am lost')
  })
  const fixture = new Fixture(chosen).start()

  for (const minute of [1, 2, 3, 4]) fixture.bar(100, minute * 60_000)
  const restored = new Fixture(chosen)
  restored.component.restore(JSON.parse(JSON.stringify(fixture.component.snapshot())))

  expect(fixture.component.failure).toContain('I am lost')
  expect(fixture.component.barCount).toBe(2)
  expect(restored.component.failure).toBe(fixture.component.failure)
})

test('one that goes back to an earlier state decides again as it did', () => {
  const fixture = new Fixture(buyer()).start()
  fixture.bar(100, 60_000)
  const saved = JSON.parse(JSON.stringify(fixture.component.snapshot())) as unknown
  fixture.bar(100, 120_000)
  const decided = idOf(fixture.published.at(-1))

  fixture.component.restore(saved)
  fixture.bar(100, 120_000)

  expect(idOf(fixture.published.at(-1))).toBe(decided)
  expect(fixture.component.barCount).toBe(2)
})

test('cancel-all asks its own orders to go, each once, and nobody else', () => {
  const chosen = does(({ order }, bar) => {
    if (bar === 1) order.buy({ quantity: 1, limit: 99 })
    else order.cancelAll()
  })
  const fixture = new Fixture(chosen).start()
  fixture.bar(100)
  const own = idOf(fixture.published[0])
  fixture.settle()
  fixture.request({ clientOrderId: 'of another', limit: '90' })

  fixture.bar(100, 120_000)
  const asked = fixture.published.map(({ payload }) => payload as OrderCancelRequested)
  fixture.settle()
  fixture.bar(100, 180_000)

  expect(asked).toEqual([{ clientOrderId: own, symbol: btc.symbol }])
  expect(fixture.published).toEqual([])
  expect(fixture.sent).toEqual([`submit ${own}`, 'submit of another', `cancel ${own}`])
})

test('an order that takes the place of a cancelled one has its money', () => {
  const chosen = does(({ order }, bar) => {
    if (bar > 1) order.cancelAll()
    order.buy({ fraction: 1, limit: bar === 1 ? 99 : 98 })
  })
  const fixture = new Fixture(chosen).start()
  fixture.bar(100)
  fixture.settle()

  fixture.bar(100, 120_000)

  expect(fixture.published.map(({ topic }) => topic)).toEqual([
    Topic.ORDER_CANCEL_REQUESTED,
    Topic.ORDER_REQUESTED,
  ])
})

test('close orders the whole position once, and nothing when there is none', () => {
  const chosen = does(({ order }, bar) => {
    if (bar === 1) order.buy({ quantity: 2 })
    else {
      order.close()
      order.close()
    }
  })
  const fixture = new Fixture(chosen).start()
  fixture.bar(100)
  const id = idOf(fixture.published[0])
  fixture.settle().fill(1, { id, quantity: '2' })

  fixture.bar(100, 120_000)

  expect(fixture.published).toHaveLength(1)
  expect(requested(fixture.published[0]).request).toMatchObject({
    side: 'sell',
    quantity: 2_000,
    reduceOnly: true,
  })
})

test('a fill of its own reaches it once, and a fill of others never', () => {
  let fills = 0
  const chosen = does(
    ({ order }, bar) => bar === 1 && order.buy({ quantity: 1 }),
    () => void (fills += 1),
  )
  const fixture = new Fixture(chosen).start()
  fixture.bar(100)
  const id = idOf(fixture.published[0])
  fixture.settle().request({ clientOrderId: 'of another' })

  fixture.fill(1, { id })
  fixture.fill(1, { id })
  fixture.fill(2, { id: 'of another' })

  expect(fills).toBe(1)
})

test('a size that nothing can be bought with makes no order and is no failure', () => {
  const chosen = does(({ order }) => order.buy({ notional: 0.01 }))
  const fixture = new Fixture(chosen).start()

  fixture.bar(100)

  expect(fixture.published).toEqual([])
  expect(fixture.component.failure).toBeNull()
  expect(fixture.component.snapshot()).toMatchObject({
    decisions: 0,
    notMade: { 'size-too-small': 1 },
  })
})

test('a restored strategy decides what it would have decided', () => {
  const chosen = does(({ order }, bar) => {
    if (bar % 2 === 0) order.buy({ quantity: bar })
  })
  const first = new Fixture(chosen).start()
  for (const minute of [1, 2, 3]) first.bar(100, minute * 60_000)
  first.settle()

  const second = new Fixture(chosen)
  second.account.restore(first.account.snapshot())
  second.component.restore(JSON.parse(JSON.stringify(first.component.snapshot())))
  for (const fixture of [first, second]) fixture.bar(100, 240_000)

  expect(second.published.map(({ payload }) => payload)).toEqual(
    first.published.map(({ payload }) => payload),
  )
  expect(second.published).toHaveLength(1)
})

test('the state of other code or other parameters is left alone', () => {
  const first = new Fixture(buyer()).start()
  first.bar(100)

  const second = new Fixture(buyer(), 'changed')
  second.component.restore(first.component.snapshot())

  expect(second.component.barCount).toBe(0)
  expect(second.component.snapshot()).toMatchObject({ runId: null })
})

test('wishes that became no order are counted by reason, and the counts survive a restart', () => {
  const seller = () => does(({ order }) => order.sell({ quantity: 1 }))
  const fixture = new Fixture(seller())
  fixture.start()
  fixture.bar(100)
  fixture.bar(101, 120_000)

  const restored = new Fixture(seller())
  restored.component.restore(JSON.parse(JSON.stringify(fixture.component.snapshot())))

  expect(fixture.component.notMade).toEqual({ 'no-position': 2 })
  expect(restored.component.notMade).toEqual({ 'no-position': 2 })
})
