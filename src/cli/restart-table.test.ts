import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CRASHES_MAX, GAVE_UP, MAY_PASS, STEADY_MS, WITHIN_MS } from './restart-plan.ts'

const page = readFileSync(new URL('../../docs/auto-restart.md', import.meta.url), 'utf8')

test("the page's figures are those of the code", () => {
  expect([CRASHES_MAX, WITHIN_MS, STEADY_MS]).toEqual([10, 300_000, 60_000])
  expect(page).toContain('the eleventh crash within 5 minutes is the last')
  expect(page).toContain('a life of less than a minute')
  expect(page).toContain(`ends with ${GAVE_UP}`)
  expect(page).toMatch(new RegExp(`^\\| ${MAY_PASS} +\\| .* \\| if it was up before`, 'm'))
})
