import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const path = 'examples/resilience.ts'

test('the example gets its answer in all five ways of failing, and is 40 lines long', () => {
  const printed = execFileSync('node_modules/.bin/tsx', [path], { encoding: 'utf8' })

  const answers = [...printed.matchAll(/^ {2}=> (.*?) \(/gm)].map(([, answer]) => answer)
  expect(answers.map((answer) => answer!.replace(/\d+ ms/, 'n ms'))).toEqual([
    '64250.00, live',
    '64250.00, hedge',
    expect.stringMatching(/^64250.00, (live|hedge)$/),
    '64250.00, hedge',
    '64250.00, cache, n ms old',
    '64250.00, cache, n ms old',
  ])
  expect(readFileSync(path, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40)
})
