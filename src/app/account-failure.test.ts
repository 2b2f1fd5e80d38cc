import { afterEach, expect, test, vi } from 'vitest'
import type { ComponentContext, Event } from '../engine/index.ts'
import { DemoExchange } from '../exchange/index.ts'
import { SimulatedDisk } from '../runtime/index.ts'
import { everything, PaperLife } from './paper-run-fixture.ts'
import { replayPaperRun } from './replay-paper-run.ts'
import { TradingAccount } from './trading-account.ts'
import { Topic } from './trading-events.ts'

/**
 * The account fails in the middle of trading, before it did its work or after it, in a live event
 * or in all who are given it. Trading goes on, and money and orders are as if nothing had been.
 */
const anySymbol = { ...everything, symbol: null }

interface Fault {
  readonly topic: string
  /** Of reports: only those. */
  readonly type?: string
  readonly when: 'before' | 'after'
  /** How many times the event that it strikes at fails: the account first, then its standby. */
  readonly times: number
}

class FailingLife {
  readonly disk = new SimulatedDisk({ losesNothing: true })
  readonly life = new PaperLife({ disk: this.disk })
  readonly sent: string[] = []
  exchange: DemoExchange | null = null
  struck = 0
  #fault: Fault | null = null
  #number = 0

  constructor() {
    const strike = this.#strike.bind(this)
    const submitted = (exchange: DemoExchange, clientOrderId: string) => {
      this.exchange = exchange
      this.sent.push(clientOrderId)
    }
    const { onEvent } = TradingAccount.prototype
    vi.spyOn(TradingAccount.prototype, 'onEvent').mockImplementation(function (
      this: TradingAccount,
      event: Event,
      context: ComponentContext,
    ) {
      strike('before', event, context)
      onEvent.call(this, event, context)
      strike('after', event, context)
    })
    const { submit } = DemoExchange.prototype
    vi.spyOn(DemoExchange.prototype, 'submit').mockImplementation(function (
      this: DemoExchange,
      order,
    ) {
      submitted(this, order.clientOrderId)
      submit.call(this, order)
    })
  }

  strikeWith(fault: Fault): void {
    this.#fault = fault
    this.#number = 0
    this.struck = 0
  }

  #strike(when: Fault['when'], event: Event, { live }: ComponentContext): void {
    const fault = this.#fault
    if (fault?.when !== when || event.topic !== fault.topic || this.struck >= fault.times) return
    const { type } = event.payload as { type?: string }
    if (this.#number === 0 && (!live || (fault.type && type !== fault.type))) return
    if (this.#number === 0) this.#number = event.number
    if (event.number < this.#number) return
    this.struck += 1
    throw new Error('a bit flipped')
  }

  get account() {
    return this.life.view.components().find(({ name }) => name === 'account')!
  }

  get fills() {
    return this.life.view.fills(anySymbol)
  }

  /** What we and what the exchange believe: fills, and what is owned. */
  books() {
    const ledger = this.exchange!.ledger()
    const totals = Object.entries(ledger.balances).map(([asset, { total }]) => [asset, total])
    const owned = this.life.view.balances().map(({ asset, total }) => [asset, total])
    return {
      ours: { fills: this.fills.length, owned: Object.fromEntries(owned) },
      theirs: { fills: ledger.fills.length, owned: Object.fromEntries(totals) },
    }
  }

  /** Until no fill is on its way to us, for at most ten seconds. */
  async quiet(): Promise<void> {
    for (let look = 0; look < 100; look += 1) {
      const { ours, theirs } = this.books()
      if (JSON.stringify(ours) === JSON.stringify(theirs)) return
      await this.life.pass(100)
    }
  }

  /** Stopped, the state that the checkpoint leads to and the one the journal alone leads to. */
  async stateHashes() {
    await this.life.stop()
    const next = new PaperLife({ disk: this.disk, life: 2 })
    const { stateHash, report } = await next.run.recover()
    expect(report.checkpointNumber).toBe(report.lastNumber)
    const replayed = await replayPaperRun(new PaperLife({ disk: this.disk, life: 3 }).options)
    return { live: stateHash, replayed: replayed.stateHash }
  }
}

afterEach(() => void vi.restoreAllMocks())

const strikes: readonly (Fault & { readonly source: string })[] = [
  { topic: Topic.ORDER_REQUESTED, when: 'before', times: 1, source: 'a standby or buddy' },
  { topic: Topic.ORDER_REQUESTED, when: 'after', times: 1, source: 'a standby or buddy' },
  {
    topic: Topic.ORDER_REPORTED,
    type: 'filled',
    when: 'before',
    times: 1,
    source: 'a standby or buddy',
  },
  {
    topic: Topic.ORDER_REPORTED,
    type: 'filled',
    when: 'after',
    times: 1,
    source: 'a standby or buddy',
  },
  { topic: Topic.BAR_CLOSED, when: 'before', times: 1, source: 'a standby or buddy' },
  { topic: Topic.ORDER_REQUESTED, when: 'before', times: 2, source: 'checkpoint and journal' },
  { topic: Topic.ORDER_REPORTED, when: 'after', times: 2, source: 'checkpoint and journal' },
  { topic: Topic.BAR_CLOSED, when: 'after', times: 2, source: 'checkpoint and journal' },
]

test.each(strikes)(
  'an account that fails $when its work at $topic, $times times, is back from $source',
  async ({ source, ...fault }) => {
    const failing = new FailingLife()
    await failing.life.start()
    await failing.life.pass(90_000)
    const before = failing.fills.length

    failing.strikeWith(fault)
    await failing.life.pass(90_000)
    await failing.quiet()

    expect(failing.struck).toBe(fault.times)
    expect(failing.account).toMatchObject({ state: 'running', restarts: 1, restoredFrom: source })
    expect(failing.life.view.mode().mode).toBe('NORMAL')
    expect(failing.life.view.health().reasons).toEqual([])
    expect(failing.fills.length).toBeGreaterThan(before + 5)
    const { ours, theirs } = failing.books()
    expect(ours).toEqual(theirs)
    expect(failing.exchange!.ledger().duplicates).toBe(0)
    expect(failing.sent).toHaveLength(new Set(failing.sent).size)
    const { live, replayed } = await failing.stateHashes()
    expect(live).toBe(replayed)
  },
)

test('an account that fails for good: SAFE, no new risk, and the page says so', async () => {
  const failing = new FailingLife()
  await failing.life.start()
  await failing.life.pass(90_000)

  failing.strikeWith({ topic: Topic.BAR_CLOSED, when: 'before', times: Infinity })
  await failing.life.pass(30_000)
  const sent = failing.sent.length
  await failing.life.pass(60_000)

  const { view } = failing.life
  expect(view.mode()).toMatchObject({ mode: 'SAFE', reason: expect.stringContaining('account') })
  expect(failing.account).toMatchObject({ state: 'failed', lastError: expect.any(String) })
  expect(view.health()).toMatchObject({ status: 'degraded' })
  expect(view.health().reasons.join()).toContain('account is given-up')
  expect(failing.sent).toHaveLength(sent)
  await failing.life.stop()
})

test('what an account that failed for good left behind, the next process goes on from', async () => {
  const failing = new FailingLife()
  await failing.life.start()
  await failing.life.pass(90_000)
  failing.strikeWith({ topic: Topic.BAR_CLOSED, when: 'before', times: Infinity })
  await failing.life.pass(30_000)
  await failing.life.stop()

  failing.strikeWith({ topic: Topic.BAR_CLOSED, when: 'before', times: 0 })
  const next = await new PaperLife({ disk: failing.disk, life: 2 }).start()
  await next.pass(60_000)

  expect(next.view.mode().mode).toBe('NORMAL')
  expect(next.view.health().reasons).toEqual([])
  expect(failing.exchange!.ledger().duplicates).toBe(0)
  await next.stop()
})
