import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { bars, TURNING_STRATEGY } from './bars.ts'
import { filesIn, genesis, inFolder } from './command.ts'
import { RunningCommand } from './running-command.ts'

const START = ['--port', '0']
/** What an operator waits for before pulling the plug. */
const STOP_DEADLINE_MS = 5_000

async function running<T>(folder: string, use: (command: RunningCommand) => Promise<T>) {
  const command = new RunningCommand(folder, START)
  try {
    return await use(command)
  } finally {
    await command.end()
  }
}

test('SIGTERM, SIGINT and SIGHUP each end it with code 0 before the plug is pulled', async () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    await inFolder({}, (folder) =>
      running(folder, async (command) => {
        await command.says('Genesis is up')

        command.signal(signal)
        const plug = setTimeout(() => command.signal('SIGKILL'), STOP_DEADLINE_MS)

        expect(await command.ended()).toBe(0)
        clearTimeout(plug)
      }),
    )
  }
})

test('SIGTERM in the middle of the start ends it with code 0', async () => {
  await inFolder({}, (folder) =>
    running(folder, async (command) => {
      await command.says('state rebuilt')

      command.signal('SIGTERM')

      expect(await command.ended()).toBe(0)
    }),
  )
})

test('a second SIGTERM ends it at once', async () => {
  await inFolder({}, (folder) =>
    running(folder, async (command) => {
      await command.says('Genesis is up')

      command.signal('SIGTERM')
      await command.says('stopping')
      command.signal('SIGTERM')

      // 0 where the polite stop was over before the second signal came.
      expect(['SIGTERM', 0]).toContain(await command.ended())
    }),
  )
})

test('a second genesis on the same data folder is refused, and the first trades on', async () => {
  await inFolder({}, (folder) =>
    running(folder, async (command) => {
      await command.says('Genesis is up')

      const second = await genesis(folder, START)

      expect(second).toMatchObject({ code: 1, stdout: '' })
      expect(second.stderr).toMatch(
        /^genesis: Process \d+ has the journal data\/journal open\. Stop it first; .*\n$/,
      )
      command.signal('SIGTERM')
      expect(await command.ended()).toBe(0)
    }),
  )
})

test('after a polite stop the journal is clean, and the next start goes on from it', async () => {
  await inFolder({}, async (folder) => {
    for (const start of ['first', 'second']) {
      await running(folder, async (command) => {
        await command.says('Genesis is up')
        command.signal('SIGTERM')
        expect(`${start} ${await command.ended()}`).toBe(`${start} 0`)
      })
    }

    const verdict = await genesis(folder, ['verify', 'data/journal'])
    const replayed = await genesis(folder, ['replay'])

    expect(verdict).toMatchObject({ code: 0, stderr: '' })
    expect(verdict.stdout).toContain('data/journal: clean')
    expect(JSON.parse(replayed.stdout)).toMatchObject({ cash: '100000', equity: '100000' })
  })
})

test('a data folder that cannot be made is refused, and only the log says more', async () => {
  await inFolder({ 'a-file': '' }, async (folder) => {
    const outcome = await genesis(folder, [...START, '--data-folder', 'a-file/data'])

    expect(outcome).toEqual({
      code: 1,
      stdout: '',
      stderr: 'genesis: cannot make folder a-file/data: a part of its path is not a folder\n',
    })
  })
})

test('a damaged journal is told by verify, refused by the start, and not touched', async () => {
  await inFolder({ 'b.csv': bars(60), 's.ts': TURNING_STRATEGY }, async (folder) => {
    const backTest = ['backtest', 's.ts', '--data', 'b.csv', '--journal', 'data/journal']
    await genesis(folder, backTest)
    const segment = (await filesIn(`${folder}/data/journal`)).find((path) =>
      path.endsWith('.journal'),
    )!
    const bytes = await readFile(segment)
    bytes[1_000] = bytes[1_000]! ^ 1
    await writeFile(segment, bytes)

    const verdict = await genesis(folder, ['verify', 'data/journal'])
    const start = await genesis(folder, START)

    expect(verdict).toMatchObject({ code: 1, stderr: '' })
    expect(verdict.stdout).toContain('data/journal: damaged')
    expect(start).toMatchObject({ code: 1, stdout: '' })
    expect(start.stderr).toMatch(/^genesis: .*journal.*\n$/)
    expect(bytes.equals(await readFile(segment))).toBe(true)
  })
})

test('verify on a folder without a journal could not look: code 2', async () => {
  await inFolder({ 'other/file': 'x' }, async (folder) => {
    for (const name of ['other', 'absent']) {
      const verdict = await genesis(folder, ['verify', name])

      expect(verdict).toMatchObject({ code: 2, stderr: '' })
      expect(verdict.stdout).toContain(`There is no journal in ${name}.`)
    }
  })
})
