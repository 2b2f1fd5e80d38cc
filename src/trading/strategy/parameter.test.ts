import { expect, expectTypeOf, test } from 'vitest'
import {
  choice,
  flag,
  int,
  number,
  type ParameterSpec,
  type ParameterValues,
  readParameter,
} from './parameter.ts'

test('text and values are read alike', () => {
  expect(readParameter(int(1), '12', 'fast')).toBe(12)
  expect(readParameter(int(1), 12, 'fast')).toBe(12)
  expect(readParameter(number(1), '-.5e1', 'shift')).toBe(-5)
  expect(readParameter(flag(), 'true', 'short')).toBe(true)
  expect(readParameter(choice(['calm', 'wild']), 'wild', 'mood')).toBe('wild')
})

const refused: readonly (readonly [spec: ParameterSpec, raw: unknown, sentence: string])[] = [
  [int(10, { min: 2, max: 200 }), 'ten', 'fast is "ten"; it must be a whole number from 2 to 200'],
  [int(10, { min: 2 }), '1', 'fast is "1"; it must be a whole number of at least 2'],
  [int(10), 2.5, 'fast is 2.5; it must be a whole number'],
  [int(10), '', 'fast is ""; it must be a whole number'],
  [number(1, { max: 3 }), 'Infinity', 'fast is "Infinity"; it must be a number of at most 3'],
  [number(1), null, 'fast is null; it must be a number'],
  [flag(), 'yes', 'fast is "yes"; it must be true or false'],
  [choice(['calm', 'wild']), 'mild', 'fast is "mild"; it must be one of calm, wild'],
]
test.each(refused)('%j refuses %j', (spec, raw, sentence) => {
  expect(() => readParameter(spec, raw, 'fast')).toThrow(sentence)
})

test('a default outside its own range is refused', () => {
  expect(() => int(0, { min: 1 })).toThrow(
    'the default is 0; it must be a whole number of at least 1',
  )
})

test('the default says the type of the value', () => {
  const specs = { fast: int(1), mood: choice(['calm', 'wild']), short: flag() }

  expectTypeOf<ParameterValues<typeof specs>>().toEqualTypeOf<{
    readonly fast: number
    readonly mood: 'calm' | 'wild'
    readonly short: boolean
  }>()
})
