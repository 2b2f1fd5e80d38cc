import { expect, test } from 'vitest'
import { describeParameters, loadParameters, parseParameterTexts } from './load-parameters.ts'
import { choice, int } from './parameter.ts'

const specs = { fast: int(10, { min: 2, max: 200 }), mood: choice(['calm', 'wild']) }

test('what is not given has its default', () => {
  const values = loadParameters(specs, parseParameterTexts(['fast = 5']))

  expect(values).toStrictEqual({ fast: 5, mood: 'calm' })
})

test('an unknown name is refused with the nearest known one', () => {
  expect(() => loadParameters(specs, { fsat: 5 })).toThrow(
    "parameter fsat is not one of the strategy's: it has fast, mood. Did you mean fast?",
  )
  expect(() => loadParameters({}, { toString: 5 })).toThrow('it has none.')
})

test('a value out of range is refused by name', () => {
  expect(() => loadParameters(specs, { fast: '1' })).toThrow(
    'parameter fast is "1"; it must be a whole number from 2 to 200',
  )
})

test('text without a name, and a name given twice, are refused', () => {
  expect(() => parseParameterTexts(['fast'])).toThrow('--param is "fast"; it must be name=value')
  expect(() => parseParameterTexts(['=5'])).toThrow('it must be name=value')
  expect(() => parseParameterTexts(['a=1', 'a=2'])).toThrow('--param a is given twice')
})

test('parameters are described for people', () => {
  expect(describeParameters(specs)).toStrictEqual([
    { name: 'fast', kind: 'int', default: 10, allowed: 'a whole number from 2 to 200' },
    { name: 'mood', kind: 'choice', default: 'calm', allowed: 'one of calm, wild' },
  ])
})
