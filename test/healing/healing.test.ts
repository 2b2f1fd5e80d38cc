import { expect, test } from 'vitest'
import { SimulatedClock } from 'genesis/runtime'
import { Tally } from './tally.ts'
import { Ward } from './ward.ts'

/** Components that share our thread, on virtual time. Those in Workers: `workers.test.ts`. */
const GIVEN = 40

/** Numbers are given all the while; neighbours that miss one of them fail the test at once. */
async function givenWithout(ward: Ward, clock: SimulatedClock, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { given, counted } = await ward.give()
    expect(counted).toEqual([given, given])
    await clock.advance(50)
  }
}

function expectWhole(ward: Ward, sick: Tally): void {
  expect(ward.status('sick')).toMatchObject({ state: 'running', restarts: 1 })
  expect(sick.snapshot()).toEqual(ward.twin.snapshot())
  expect(ward.told('sick')).toEqual(ward.told('twin'))
  expect(ward.told('sick')).toHaveLength(GIVEN)
  expect([ward.status('before').failed, ward.status('twin').failed]).toEqual([0, 0])
}

test.each([
  ['throws', 'it is ill', {}],
  ['hangs', 'no answer in 200 ms', { inFlightMax: 1 }],
  ['rejects', 'it is ill later', { inFlightMax: 1 }],
  ['rejects', 'with a promise and has no inFlightMax', {}],
  ['answers', 'answered an event with a number', {}],
  ['names-nothing', 'an event with the topic "Not A Topic"', {}],
  ['never-ends', 'payload.endless', {}],
  ['says-no-json', 'payload.price', {}],
  ['says-bigint', 'payload.0', {}],
])(
  '%s (%s): the others never stop, and it is back with its state',
  async (ill, reason, options) => {
    const clock = new SimulatedClock(1_000)
    const sick = new Tally('sick', { ill, ...options })
    const ward = new Ward(clock, sick)
    await ward.coordinator.start()
    await givenWithout(ward, clock, 10)

    ward.makeIll(ill)
    await givenWithout(ward, clock, GIVEN - 10)

    expect(ward.faults).toEqual([expect.stringContaining(reason)])
    expectWhole(ward, sick)
    await ward.coordinator.stop()
  },
)

test('an answer that is garbage reaches nobody, and whoever gave it is restored', async () => {
  const clock = new SimulatedClock(1_000)
  const sick = new Tally('sick')
  const ward = new Ward(clock, sick)
  await ward.coordinator.start()
  await givenWithout(ward, clock, 10)

  const asked = ward.coordinator.ask(
    'sick',
    { name: 'garbage', parameters: {} },
    { effect: 'once' },
  )
  await givenWithout(ward, clock, GIVEN - 10)

  expect(await asked).toMatchObject({ ok: false })
  expect(ward.faults).toEqual([expect.stringContaining('a count that is none')])
  expectWhole(ward, sick)
  await ward.coordinator.stop()
})

test.each([[{}], [{ replication: { holders: [], reseedMs: 0 } }]])(
  'one that cannot say what it is, with %o, keeps no other from a checkpoint',
  async (options) => {
    const clock = new SimulatedClock(1_000)
    const sick = new Tally('sick')
    const ward = new Ward(clock, sick, options)
    ward.coordinator.standIns('sick', () => [new Tally('sick')])
    await ward.coordinator.start()
    sick.isUnwritable = true
    await givenWithout(ward, clock, 10)

    const none = await ward.coordinator.checkpoint()
    await givenWithout(ward, clock, GIVEN - 10)
    const kept = await ward.coordinator.checkpoint()

    expect(none).toBeNull()
    expect(ward.faults).toEqual(['it cannot say what it is'])
    expect(kept).toMatchObject({ number: GIVEN * 4 })
    expectWhole(ward, sick)
    await ward.coordinator.stop()
  },
)
