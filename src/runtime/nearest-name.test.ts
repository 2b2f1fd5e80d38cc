import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

test.each([
  ['fsat', ['fast', 'mood'], 'fast'],
  ['apiprot', ['apiPort', 'wsPort'], 'apiPort'],
  ['evry', ['every'], 'every'],
  ['port', ['apiPort', 'logLevel'], 'apiPort'],
  ['slwoCallRate', ['slowCallMs', 'slowCallRate'], 'slowCallRate'],
])('%s among %j is meant for %s', (unknown, known, meant) => {
  expect(nearestName(unknown, known)).toBe(meant)
})

test('a short name that shares half its letters is not what was meant', () => {
  expect(nearestName('rate', ['limit', 'perMs', 'name'])).toBeNull()
})

test('where nothing comes close nothing is guessed', () => {
  expect(nearestName('colour', ['k', 'windowMs'])).toBeNull()
  expect(nearestName('colour', [])).toBeNull()
})
