import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Criticality } from '../criticality.ts'
import { type Place, WaitingLine } from './waiting-line.ts'

test('the most critical is served first, and among equals the oldest', () => {
  const line = new WaitingLine<string>(10)
  line.join('a2', 2)
  line.join('b4', 4)
  line.join('c0', 0)
  line.join('d2', 2)

  const served = [line.next(), line.next(), line.next(), line.next(), line.next()]

  expect(served).toEqual(['b4', 'a2', 'd2', 'c0', undefined])
})

test('a line of no places takes nobody', () => {
  expect(new WaitingLine(0).join('a', 4)).toBeUndefined()
})

test('a newcomer displaces the youngest of the lowest level below its own', () => {
  const line = new WaitingLine<string>(3)
  line.join('old', 1)
  line.join('young', 1)
  line.join('higher', 3)

  expect(line.displacedBy(1)).toBeUndefined()
  expect(line.displacedBy(4)).toBe('young')
  expect(line.length).toBe(2)
})

test('property: it serves what a sorted list would, whoever leaves in between', () => {
  const action = fc.oneof(
    fc.record({ join: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ leave: fc.nat(30) }),
    fc.constant({ serve: true }),
  )

  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const line = new WaitingLine<number>(8)
      const model: { id: number; level: number; place: Place<number> }[] = []
      let id = 0
      for (const step of actions) {
        if ('join' in step) {
          const place = line.join(++id, step.join as Criticality)
          expect(place === undefined).toBe(model.length === 8)
          if (place !== undefined) model.push({ id, level: step.join, place })
        } else if ('leave' in step) {
          const [gone] = model.splice(step.leave, 1)
          if (gone !== undefined) {
            expect(line.leave(gone.place)).toBe(true)
            expect(line.leave(gone.place)).toBe(false)
          }
        } else {
          const level = Math.max(-1, ...model.map((one) => one.level))
          const index = model.findIndex((one) => one.level === level)
          const [expected] = index < 0 ? [] : model.splice(index, 1)
          expect(line.next()).toBe(expected?.id)
        }
        expect(line.length).toBe(model.length)
      }
    }),
  )
})
