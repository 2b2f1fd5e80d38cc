import { expect, test } from 'vitest'
import { silentLog, SimulatedClock } from '../../runtime/index.ts'
import type { RestoreAbort } from './restore-abort.ts'
import type { RestoreReport } from '../restore-report.ts'
import type { Supervised } from './supervised.ts'
import type { SupervisionEvent } from './supervision-event.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

const report: RestoreReport = { source: 'own', number: 7, tookMs: 1 }
const never = () => new Promise<RestoreReport>(() => undefined)

/** Three components of one group that write down what is asked of them. */
function setUp({
  strategy = 'one-for-one',
  restore = {},
  options = {},
  groupOf = () => 'trading',
}: {
  strategy?: 'one-for-one' | 'rest-for-one' | 'one-for-all'
  restore?: Partial<Record<string, (signal: RestoreAbort) => Promise<RestoreReport>>>
  options?: Partial<SupervisorOptions>
  groupOf?: (name: string) => string
} = {}) {
  const clock = new SimulatedClock()
  const did: string[] = []
  const events: SupervisionEvent[] = []
  const supervisor = new Supervisor({
    clock,
    log: silentLog,
    groups: { trading: { strategy, restoreDeadlineMs: 1_000 } },
    onEvent: (event) => events.push(event),
    ...options,
  })
  for (const name of ['a', 'b', 'c']) {
    const supervised: Supervised = {
      name,
      group: groupOf(name),
      essential: name === 'a',
      suspend: () => did.push(`-${name}`),
      restore: (signal) => {
        did.push(`+${name}`)
        return restore[name]?.(signal) ?? Promise.resolve(report)
      },
      giveUp: () => did.push(`x${name}`),
    }
    supervisor.add(supervised)
  }
  const states = () =>
    supervisor.status().groups.flatMap(({ components }) => components.map(({ state }) => state))
  return { clock, did, events, supervisor, states }
}

const fault = new Error('fault')

test('one for one restores the component that failed and nobody else', async () => {
  const { clock, did, supervisor, states } = setUp()

  supervisor.failed('b', fault)
  const during = states()
  await clock.settle()

  expect(did).toEqual(['-b', '+b'])
  expect([during, states()]).toEqual([
    ['running', 'restoring', 'running'],
    ['running', 'running', 'running'],
  ])
})

test('rest for one suspends those registered later too, all before it restores one', async () => {
  const { clock, did, supervisor } = setUp({ strategy: 'rest-for-one' })

  supervisor.failed('b', fault)
  await clock.settle()

  expect(did).toEqual(['-b', '-c', '+b', '+c'])
})

test('one for all suspends everybody before it restores one', async () => {
  const { clock, did, supervisor } = setUp({ strategy: 'one-for-all' })

  supervisor.failed('c', fault)
  await clock.settle()

  expect(did).toEqual(['-a', '-b', '-c', '+a', '+b', '+c'])
})

test('components of other groups are left alone', async () => {
  const { clock, did, supervisor } = setUp({ groupOf: (name) => `only-${name}` })

  supervisor.failed('b', fault)
  await clock.settle()

  expect(did).toEqual(['-b', '+b'])
})

test('several are restored by one call where there is one for them', async () => {
  const together: string[] = []
  const { clock, did, events, supervisor } = setUp({
    strategy: 'one-for-all',
    options: {
      restoreTogether: async (members) => {
        together.push(members.map(({ name }) => name).join(''))
        return members.map(() => report)
      },
    },
  })

  supervisor.failed('c', fault)
  await clock.settle()

  expect([did, together]).toEqual([['-a', '-b', '-c'], ['abc']])
  expect(events.at(-1)).toMatchObject({ is: 'restored', names: ['a', 'b', 'c'] })
})

test('the first restart waits for nothing, the second for the back-off', async () => {
  const { clock, did, supervisor } = setUp()
  supervisor.failed('b', fault)
  await clock.settle()

  supervisor.failed('b', fault)
  await clock.advance(99)
  const before = did.length
  await clock.advance(1)

  expect([before, did.slice(2)]).toEqual([3, ['-b', '+b']])
})

test('complaints about what is suspended are counted and restart nothing again', async () => {
  const { clock, did, supervisor } = setUp()

  supervisor.failed('b', fault)
  supervisor.failed('b', new Error('a late rejection'))
  await clock.settle()

  const b = supervisor.status().groups[0]!.components[1]
  expect(did).toEqual(['-b', '+b'])
  expect(b).toMatchObject({ failures: 2, restarts: 1, lastError: 'a late rejection' })
})

test('a restoration past its deadline is a fault, and its late result is not heard', async () => {
  const signals: RestoreAbort[] = []
  const { clock, events, supervisor, states } = setUp({
    restore: {
      b: (signal) => {
        signals.push(signal)
        return signals.length === 1 ? clock.sleep(1_050).then(() => report) : never()
      },
    },
  })

  supervisor.failed('b', fault)
  await clock.advance(1_060)
  const afterLateResult = states()[1]
  await clock.advance(50)

  const reasons = events.flatMap((event) => (event.is === 'failed' ? [event.reason] : []))
  expect(reasons).toEqual(['fault', 'not restored: b took more than 1000 ms to be restored'])
  expect([afterLateResult, states()[1]]).toEqual(['suspended', 'restoring'])
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('a fault that comes while others of its group are restored starts all of them anew', async () => {
  const signals: RestoreAbort[] = []
  const restoreB = (signal: RestoreAbort) => {
    signals.push(signal)
    return never()
  }
  const { clock, did, supervisor } = setUp({ strategy: 'rest-for-one', restore: { b: restoreB } })
  supervisor.failed('b', fault)
  await clock.settle()
  did.length = 0

  supervisor.failed('a', fault)
  await clock.settle()

  expect(did).toEqual(['-a', '-b', '-c', '+a', '+b'])
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('in one for one a fault does not disturb the restoration of another', async () => {
  const { clock, did, supervisor, states } = setUp({ restore: { b: never } })
  supervisor.failed('b', fault)

  supervisor.failed('c', fault)
  await clock.settle()

  expect(did).toEqual(['-b', '+b', '-c', '+c'])
  expect(states()).toEqual(['running', 'restoring', 'running'])
})

test('past its intensity a component is the fault of its group, past that it is given up', async () => {
  const { clock, did, events, supervisor, states } = setUp({
    restore: { b: () => Promise.reject(new Error('no source')) },
  })

  supervisor.failed('b', fault)
  await clock.advance(60_000)

  const escalations = events.flatMap((event) => (event.is === 'escalated' ? [event.to] : []))
  expect(escalations.slice(0, 3)).toEqual(['group', 'group', 'group'])
  expect(escalations.at(-1)).toBe('system')
  expect(new Set(did)).toEqual(new Set(['-b', '+b', 'xb']))
  expect(events.at(-1)).toMatchObject({ is: 'gave-up', names: ['b'], essential: false })
  expect(states()).toEqual(['running', 'given-up', 'running'])
})

test('a group whose last keeps failing is restored whole, and goes on without it', async () => {
  const { clock, did, events, supervisor, states } = setUp({
    strategy: 'rest-for-one',
    restore: { c: () => Promise.reject(new Error('no source')) },
  })

  supervisor.failed('c', fault)
  await clock.advance(60_000)

  expect(did.slice(0, 8)).toEqual(['-c', '+c', '-c', '+c', '-c', '+c', '-a', '-b'])
  expect(events.filter(({ is }) => is === 'gave-up')).toHaveLength(1)
  expect(states()).toEqual(['running', 'running', 'given-up'])
})

test('a group of one that needs the system is told apart by being essential', async () => {
  const { clock, events, supervisor } = setUp({
    groupOf: (name) => `only-${name}`,
    restore: { a: () => Promise.reject(new Error('no source')) },
  })

  supervisor.failed('a', fault)
  await clock.advance(10_000)

  expect(events.at(-1)).toEqual({
    is: 'gave-up',
    names: ['a'],
    essential: true,
    reason: 'not restored: no source',
  })
})

test('faults spread over time are restarted for ever', async () => {
  const { clock, events, supervisor } = setUp({ groupOf: (name) => `only-${name}` })

  for (let time = 0; time < 100; time += 1) {
    supervisor.failed('a', fault)
    await clock.advance(4_000)
  }

  expect(events.filter(({ is }) => is === 'restored')).toHaveLength(100)
  expect(events.filter(({ is }) => is === 'escalated')).toHaveLength(0)
})

test('what was given up comes back when asked for, and only then', async () => {
  let sound = false
  const { clock, did, supervisor, states } = setUp({
    groupOf: (name) => `only-${name}`,
    restore: { b: () => (sound ? Promise.resolve(report) : Promise.reject(fault)) },
  })
  supervisor.failed('b', fault)
  await clock.advance(60_000)
  const given = states()[1]
  sound = true
  did.length = 0

  const refusal = supervisor.retry('a')
  const taken = supervisor.retry('b')
  await clock.settle()

  expect([given, states()[1], taken]).toEqual(['given-up', 'running', undefined])
  expect(refusal).toMatchObject({ refused: 'not-given-up' })
  expect(did).toEqual(['-b', '+b'])
})

test('a component that resists being suspended is restored all the same', async () => {
  const clock = new SimulatedClock()
  const supervisor = new Supervisor({ clock, log: silentLog })
  const throwing = () => {
    throw new Error('no')
  }
  supervisor.add({
    name: 'a',
    group: 'a',
    essential: false,
    suspend: throwing,
    restore: async () => report,
    giveUp: throwing,
  })

  supervisor.failed('a', fault)
  await clock.settle()

  expect(supervisor.status().groups[0]!.components[0]).toMatchObject({
    state: 'running',
    lastRestore: report,
  })
})

test('a stopped supervisor leaves no timer and restores nobody', async () => {
  const { clock, did, supervisor } = setUp({ restore: { a: never } })
  supervisor.failed('a', fault)
  supervisor.failed('b', fault)
  await clock.settle()
  supervisor.failed('b', fault)

  supervisor.stop()
  supervisor.failed('c', fault)
  await clock.advance(60_000)

  expect([did, clock.timerCount]).toEqual([['-a', '+a', '-b', '+b', '-b'], 0])
})
