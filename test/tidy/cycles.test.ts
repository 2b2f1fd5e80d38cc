import { expect, test } from 'vitest'
import { plant } from './planted.ts'

test('a circle of three files is reported once, with its route', () => {
  const findings = plant({
    'src/engine/a.ts': `import './b.ts'\n`,
    'src/engine/b.ts': `\nimport './c.ts'\n`,
    'src/engine/c.ts': `import './a.ts'\n`,
    'src/engine/outside.ts': `import './a.ts'\n`,
  })

  expect(findings).toEqual([
    'src/engine/a.ts:1: import cycle src/engine/a.ts -> src/engine/b.ts -> src/engine/c.ts' +
      ' -> src/engine/a.ts; move what both need into a file of its own',
  ])
})

test('a file that imports itself is a circle of one', () => {
  const findings = plant({ 'src/engine/a.ts': `import './a.ts'\n` })

  expect(findings).toEqual([expect.stringContaining('src/engine/a.ts -> src/engine/a.ts')])
})

test('a diamond is no circle', () => {
  const findings = plant({
    'src/engine/top.ts': `import './left.ts'\nimport './right.ts'\n`,
    'src/engine/left.ts': `import './bottom.ts'\n`,
    'src/engine/right.ts': `import './bottom.ts'\n`,
    'src/engine/bottom.ts': `export const a = 1\n`,
  })

  expect(findings).toEqual([])
})
