import { expect, test } from 'vitest'
import { formatFinding } from './tidy/finding.ts'
import { readSources, tidy } from './tidy/tidy.ts'

const root = process.cwd()

test('every file keeps the house rules', () => {
  const findings = tidy(root).map(formatFinding)

  expect(findings.join('\n')).toBe('')
})

test('the walk reaches the product, its tests and the tools', () => {
  const paths = readSources(root).map(({ path }) => path)

  expect(paths).toContain('src/runtime/clock.ts')
  expect(paths).toContain('test/tidy.test.ts')
  expect(paths.length).toBeGreaterThan(30)
})
