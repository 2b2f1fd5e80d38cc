import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createFileLog, type FileLogOptions } from './file-log.ts'
import { SimulatedClock } from './simulated-clock.ts'

const root = mkdtempSync(join(tmpdir(), 'genesis-file-log-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function setUp(options: Partial<FileLogOptions> = {}) {
  const folder = join(mkdtempSync(join(root, 'case-')), 'logs')
  const clock = new SimulatedClock(1_700_000_000_000)
  const log = createFileLog({ folder, level: 'info', clock, ...options })
  const lines = (name: string) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { folder, clock, log, lines }
}

test('lines carry the time of the clock, level, fields and message', async () => {
  const { clock, log, lines } = setUp()

  log.info({ symbol: 'BTCUSDT' }, 'order sent')
  clock.setTime(1_700_000_000_250)
  log.warn({}, 'slow')
  await log.close()

  expect(lines('app.log')).toEqual([
    { level: 'info', time: 1_700_000_000_000, symbol: 'BTCUSDT', message: 'order sent' },
    { level: 'warn', time: 1_700_000_000_250, message: 'slow' },
  ])
})

test('each line is in the files it belongs to', async () => {
  const { log, lines } = setUp()

  log.debug({}, 'below the level')
  log.info({}, 'all is well')
  log.error({ error: new Error('broken') }, 'it broke')
  log.performance({ eventsPerSecond: 5 }, 'a second passed')
  await log.close()

  const messages = (name: string) => lines(name).map(({ message }) => message)
  expect(messages('app.log')).toEqual(['all is well', 'it broke'])
  expect(messages('error.log')).toEqual(['it broke'])
  expect(messages('performance.log')).toEqual(['a second passed'])
  expect(lines('error.log')[0].error).toMatchObject({ name: 'Error', message: 'broken' })
})

test('secrets do not reach the file, also not from a child', async () => {
  const { folder, log } = setUp()

  log.child({ token: 'sesame' }).info({ exchange: { apiKey: 'sesame' } }, 'connected')
  await log.close()

  expect(readFileSync(join(folder, 'app.log'), 'utf8')).not.toContain('sesame')
})

test('a child adds its fields to every line', async () => {
  const { log, lines } = setUp()

  log.child({ component: 'router' }).child({ shard: 2 }).performance({ ms: 1 }, 'routed')
  await log.close()

  expect(lines('performance.log')).toMatchObject([{ component: 'router', shard: 2, ms: 1 }])
})

test('files roll at their size, are bounded in number, and no line is lost or split', async () => {
  const { folder, log, lines } = setUp({ maxBytes: 20_000, maxFiles: 4 })

  for (let index = 0; index < 600; index++) log.info({ index }, 'x'.repeat(50))
  await log.close()

  const names = readdirSync(folder).filter((name) => name.startsWith('app'))
  expect(names).toEqual(['app.1.log', 'app.2.log', 'app.3.log', 'app.log'])
  for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(20_000)
  const kept = ['app.3.log', 'app.2.log', 'app.1.log', 'app.log'].flatMap((name) =>
    lines(name).map(({ index }) => index as number),
  )
  expect(kept).toEqual(Array.from(kept, (_, place) => 600 - kept.length + place))
  expect([kept.length > 400, log.dropped]).toEqual([true, 0])
})

test('an existing file is continued and counts towards its size', async () => {
  const { folder, log } = setUp({ maxBytes: 1_000, maxFiles: 2 })
  await log.close()
  writeFileSync(join(folder, 'app.log'), `${'-'.repeat(990)}\n`)

  const clock = new SimulatedClock()
  const again = createFileLog({ folder, level: 'info', clock, maxBytes: 1_000, maxFiles: 2 })
  again.info({}, 'after the restart')
  await again.close()

  expect(readFileSync(join(folder, 'app.1.log'), 'utf8').length).toBe(991)
  expect(readFileSync(join(folder, 'app.log'), 'utf8')).toContain('after the restart')
})

test('flushSync leaves nothing in memory', async () => {
  const { log, lines } = setUp()

  log.error({}, 'last words')
  log.info({}, 'and more')
  log.flushSync()
  await log.close()

  expect(lines('app.log').length).toBe(2)
})

test('logging never throws: after close, for a circle, for a getter that fails', async () => {
  const { log, lines } = setUp()
  const circle: Record<string, unknown> = {}
  circle['self'] = circle

  log.info(circle, 'a circle')
  log.info(
    {
      get broken(): string {
        throw new Error('no')
      },
    },
    'a getter',
  )
  await log.close()
  log.info({}, 'too late')
  log.flushSync()
  await log.close()

  expect(lines('app.log').length).toBe(2)
  expect(log.dropped).toBe(1)
})

test('the console gets the lines of app.log, made readable', async () => {
  const printed: string[] = []
  const { log } = setUp({ console: (line) => printed.push(line) })

  log.warn({ symbol: 'BTCUSDT', why: 'too late', error: new Error('broken') }, 'refused')
  log.performance({}, 'not this')
  await log.close()

  expect(printed).toEqual([
    '22:13:20.000 WARN  refused symbol=BTCUSDT why="too late" error="broken"\n',
  ])
})

test('a folder that cannot be made is one clear error', () => {
  const file = join(root, 'a-file')
  writeFileSync(file, '')

  const making = () =>
    createFileLog({ folder: join(file, 'logs'), level: 'info', clock: new SimulatedClock() })

  expect(making).toThrow(/^cannot make folder .*logs: /)
})

test.skipIf(!existsSync('/dev/full'))('a full disk is said once, and stops nobody', async () => {
  const folder = join(mkdtempSync(join(root, 'case-')), 'logs')
  mkdirSync(folder)
  symlinkSync('/dev/full', join(folder, 'app.log'))
  const printed: string[] = []
  const clock = new SimulatedClock()
  const log = createFileLog({ folder, level: 'info', clock, console: (line) => printed.push(line) })

  for (let index = 0; index < 5; index++) {
    log.info({ index }, 'hello')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await log.close()

  const complaints = printed.filter((line) => line.includes('no space is left'))
  expect([complaints.length, printed.length]).toEqual([1, 6])
})
