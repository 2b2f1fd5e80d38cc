import { expect, expectTypeOf, test } from 'vitest'
import { choice, int } from './parameter.ts'
import type { Series } from './series.ts'
import { sma } from './indicator-series.ts'
import { isStrategy, strategy } from './strategy.ts'

test('types of parameters and state reach onBar without being written down', () => {
  strategy({
    name: 'typed',
    params: { fast: int(10), mood: choice(['calm', 'wild']) },
    setup: ({ params, bars }) => {
      expectTypeOf(params.fast).toBeNumber()
      return { average: sma(bars.close, params.fast), memory: { count: 0 } }
    },
    onBar: ({ average, memory, params, position, order }) => {
      expectTypeOf(average).toEqualTypeOf<Series>()
      expectTypeOf(memory.count).toBeNumber()
      expectTypeOf(params.mood).toEqualTypeOf<'calm' | 'wild'>()
      expectTypeOf(position.side).toEqualTypeOf<'flat' | 'long' | 'short'>()
      expectTypeOf(order.close).toBeFunction()
    },
    onFill: ({ fill, average }) => {
      expectTypeOf(fill.price).toBeNumber()
      expectTypeOf(average.value).toBeNumber()
    },
  })
})

test('a strategy is told from other exports', () => {
  const made = strategy({ name: 'idle', setup: () => ({}), onBar: () => {} })

  expect(isStrategy(made)).toBe(true)
  expect([isStrategy({}), isStrategy(null), isStrategy(() => made)]).toStrictEqual([
    false,
    false,
    false,
  ])
})

test('a definition that is not one is refused by its field', () => {
  const define = (parts: object) => () =>
    strategy({ name: 'odd', setup: () => ({}), onBar: () => {}, ...parts })

  expect(define({ name: 'a b' })).toThrow(`a strategy's name is "a b"; allowed: up to 40 letters`)
  expect(define({ onBar: 5 })).toThrow("a strategy's onBar is number; allowed: a function")
  expect(define({ onFill: null })).toThrow("a strategy's onFill is object; allowed: a function or")
  expect(define({ onTick: () => {} })).toThrow("a strategy's onTick is no part of a strategy")
})
