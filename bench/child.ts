import type { BenchModule } from './row.ts'

/** One round of one benchmark in a process of its own: its rows go to the parent, then it ends. */
const { run } = (await import(`./${process.argv[2]}.ts`)) as BenchModule
const rows = await run()
process.send!(rows, () => process.disconnect())
