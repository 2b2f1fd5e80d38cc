import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const front = (name: string) => fileURLToPath(new URL(`./src/${name}/index.ts`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: Object.fromEntries(
      ['trading', 'engine', 'exchange', 'journal', 'resilience', 'runtime'].map((name) => [
        `genesis/${name}`,
        front(name),
      ]),
    ),
  },
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.ts',
      'scripts/**/*.test.ts',
      'web/src/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
})
