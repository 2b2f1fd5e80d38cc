import { expect, test } from 'vitest'
import { plantAt } from './planted.ts'

test('a reason excuses the line it stands on', () => {
  const code = 'Date.now() // tidy-ok: stamps the banner, never the journal\n'

  expect(plantAt('src/engine/a.ts', code)).toEqual([])
})

test('a reason alone on its line excuses the next one and no other', () => {
  const code = '\n// tidy-ok: stamps the banner, never the journal\nDate.now()\nDate.now()\n'

  expect(plantAt('src/engine/a.ts', code)).toEqual([
    expect.stringContaining('src/engine/a.ts:4: Date.now is banned'),
  ])
})

test('an excuse without a reason is a finding', () => {
  expect(plantAt('src/engine/a.ts', 'Date.now() // tidy-ok\n')).toEqual([
    expect.stringContaining('tidy-ok needs a reason'),
  ])
})

test('an excuse that outlived its cause is a finding', () => {
  expect(plantAt('src/engine/a.ts', '\na() // tidy-ok: stamps the banner\n')).toEqual([
    'src/engine/a.ts:2: this tidy-ok excuses nothing; delete it',
  ])
})

test('floors are never excused', () => {
  const code = `import '../cli/index.ts' // tidy-ok: only this once, I promise\n`

  expect(plantAt('src/engine/a.ts', code)).toEqual([
    expect.stringContaining('engine (floor 2) may not import cli (floor 6)'),
    expect.stringContaining('this tidy-ok excuses nothing'),
  ])
})
