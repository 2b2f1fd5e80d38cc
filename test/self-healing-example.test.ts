import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('the example detects, isolates and restores all three, and no tick is missing', () => {
  const printed = execFileSync('node_modules/.bin/tsx', ['examples/self-healing.ts'], {
    encoding: 'utf8',
  })

  expect(printed).toMatch(/pricing +detected: .*division by a customer/)
  expect(printed).toMatch(/signals +detected: .*it spins/)
  expect(printed).toMatch(/history +detected: .*(needed|holds) .*more than 64 MB/)
  for (const name of ['pricing', 'signals', 'history']) {
    expect(printed).toMatch(new RegExp(`${name} +restored: own state`))
    expect(printed).toMatch(new RegExp(`${name} +sum 11325 .*running`))
  }
  expect(printed).toMatch(/healthy +sum 11325/)
})
