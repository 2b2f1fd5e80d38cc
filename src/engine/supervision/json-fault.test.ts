import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFault } from './json-fault.ts'

class Price {
  readonly value = 1
}

const endless: Record<string, unknown> = {}
endless['self'] = endless

test('what JSON gives back as it was has no fault', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(jsonFault(value, 'payload')).toBeNull()
    }),
  )
  expect(jsonFault({ a: undefined, b: [{}, []] }, 'payload')).toBeNull()
})

test.each([
  [undefined, 'payload is a undefined'],
  [{ a: [1, Number.NaN] }, 'payload.a.1 is NaN'],
  [{ a: Number.POSITIVE_INFINITY }, 'payload.a is Infinity'],
  [[1n], 'payload.0 is a bigint'],
  [[undefined], 'payload.0 is a undefined'],
  [{ run() {} }, 'payload.run is a function'],
  [{ at: new Date(0) }, 'payload.at is a Date'],
  [{ price: new Price() }, 'payload.price is a Price'],
  [new Map(), 'payload is a Map'],
])('%o is found', (value, fault) => {
  expect(jsonFault(value, 'payload')).toBe(fault)
})

test('what never ends is found, and the look at it ends', () => {
  expect(jsonFault(endless, 'payload')).toMatch(/^payload\.self\.self.* is deeper than 64 levels$/)
})
