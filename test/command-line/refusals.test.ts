import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { bars, TURNING_STRATEGY } from './bars.ts'
import { expectRefusal, type Files, genesis, inFolder } from './command.ts'

const config = (text: string): Files => ({ 'genesis_config.json': text })
const run = { 'b.csv': bars(40), 's.ts': TURNING_STRATEGY }
const backTest = ['backtest', 's.ts', '--data', 'b.csv']

test.concurrent.each([
  [
    '{ "apiPrt": 1 }',
    'genesis_config.json has an unknown setting "apiPrt"; did you mean "apiPort"?',
  ],
  [
    '{ "zzzzzzzzz": 1 }',
    'genesis_config.json has an unknown setting "zzzzzzzzz"; `genesis doctor` lists all settings',
  ],
  ['[]', 'genesis_config.json must hold one JSON object of settings'],
  [
    '{ "apiPort": "5" }',
    'apiPort in genesis_config.json is "5"; it must be a whole number from 0 (any free port) to 65535',
  ],
  [
    '{ "maxDailyLoss": "-1" }',
    'maxDailyLoss in genesis_config.json is "-1"; it must be a plain decimal number, or null for no limit',
  ],
])('the config file %s is refused', async (text, sentence) => {
  await expectRefusal([], { files: config(text), sentence })
})

test.concurrent('a config file that is not JSON is refused by name', async () => {
  await inFolder(config('{ bad'), async (folder) => {
    const { code, stderr } = await genesis(folder, [])

    expect(code).toBe(1)
    expect(stderr).toMatch(/^genesis: genesis_config\.json is not JSON: .*\n$/)
  })
})

test.concurrent.each([
  ['--config no.json', '--config is "no.json", which does not exist'],
  ['--port 70000', '--port is "70000"; it must be a whole number from 0 (any free port) to 65535'],
  ['--port abc', '--port is "abc"; it must be a whole number from 0 (any free port) to 65535'],
  [
    '--host 999.1.1.1',
    'cannot listen on 999.1.1.1 port 5000 (ENOTFOUND); set API_HOST or API_PORT',
  ],
  ['--symbols BTC/EUR', 'symbol is "BTC/EUR"; it must be one of BTC/USDT, ETH/USDT, SOL/USDT'],
  [
    '--symbols BTC/USDT,BTC/USDT',
    '--symbols is "BTC/USDT,BTC/USDT"; it must be symbols of the exchange, each once',
  ],
  ['--interval 1x', '--interval is "1x"; it must be such as 1s, 5s, 1m, 1h or 1d'],
  [
    '--interval 0s',
    '--interval is "0s"; it must be a whole number and s, m, h, d or w, from 1s to 1w',
  ],
  ['--cash -5', '--cash is "-5"; it must be a plain decimal number above 0, such as 100000'],
  ['--cash 0', '--cash is "0"; it must be a plain decimal number above 0, such as 100000'],
  ['--log-level loud', '--log-level is "loud"; it must be debug, info, warn or error'],
  ['--exchange binance', '--exchange is "binance"; it must be simulated'],
  ['run no.ts', 'strategy is "no.ts"; it must be "demo" or a .ts or .js file that exists'],
  ['run demo --param fast', '--param is "fast"; it must be name=value'],
  [
    'run demo --param fastt=3',
    "parameter fastt is not one of the strategy's: it has fast, slow, share, most, reach, patience. Did you mean fast?",
  ],
  ['run demo --param fast=-3', 'parameter fast is "-3"; it must be a whole number from 1 to 100'],
  ['replay', 'there is no journal in data/journal'],
  ['replay --until x', '--until is "x"; it must be the number of a record, 1 or more'],
  ['doctor --port x', '--port is "x"; it must be a whole number from 0 (any free port) to 65535'],
])('genesis --port 0 %s is refused', async (words, sentence) => {
  const port = words.includes('--port') || words.includes('--host') ? [] : ['--port', '0']

  await expectRefusal([...port, ...words.split(' ')], { sentence })
})

test.concurrent.each([
  ['--portt 1', "unknown option '--portt' (Did you mean --port?)"],
  ['backtst demo', 'there is no command "backtst"; did you mean backtest?'],
  [
    'nonsense',
    'there is no command "nonsense"; it must be one of run, backtest, data, verify, replay, doctor',
  ],
  ['run', "missing required argument 'strategy'"],
  ['run demo more', "too many arguments for 'run'. Expected 1 argument but got 2."],
  ['backtest demo', "required option '--data <file...>' not specified"],
  ['backtest demo --data b.csv --safe-mode', "unknown option '--safe-mode'"],
  [
    '--interval 2m backtest demo --data b.csv',
    '--interval says nothing to backtest; put it behind that word',
  ],
  ['--seed', "option '--seed <value>' argument missing"],
  ['data inspekt', "unknown command 'inspekt' (Did you mean inspect?)"],
  ['data candles b.csv --out c.csv', "required option '--interval <interval>' not specified"],
  ['verify', "missing required argument 'journal'"],
])('genesis %s is not understood', async (words, sentence) => {
  await expectRefusal(words.split(' '), { code: 2, sentence, files: run })
})

test.concurrent.each([
  ['--from x', '--from is "x"; it must be a UTC time such as 2022-01-03 or 2022-01-03T12:00Z'],
  [
    '--to 2024-13-01',
    '--to is "2024-13-01"; it must be a UTC time such as 2022-01-03 or 2022-01-03T12:00Z',
  ],
  [
    '--from 2025-01-01',
    'no candle lies between --from and --to; the data goes from 2024-01-01T00:00:00.000Z to 2024-01-01T00:39:00.000Z',
  ],
  ['--cash 0', '--cash is "0"; it must be above 0'],
  ['--cash 1e5', '--cash is "1e5"; it must be a plain decimal number such as 12.5'],
  ['--fees 1', '--fees is "1"; it must be a fraction from 0 to below 1, such as 0.001'],
  ['--fees -0.1', '--fees is "-0.1"; it must be a fraction from 0 to below 1, such as 0.001'],
  ['--fees a', '--fees is "a"; it must be a plain decimal number such as 12.5'],
  ['--fees 0.1,0.1,0.1', '--fees is "0.1,0.1,0.1"; it must be one rate or maker,taker'],
  ['--slippage 1', '--slippage is "1"; it must be a fraction from 0 to below 1, such as 0.001'],
  [
    '--interval 7x',
    '--interval is "7x"; it must be a whole number and s, m, h, d or w, from 1s to 1w',
  ],
  ['--interval 90s', '--interval is "90s"; it must be a multiple of the data\'s 1m'],
  ['--symbol X', 'symbol is "X"; it must be base, slash, quote, such as BTC/USDT'],
  [
    '--param evry=3',
    "parameter evry is not one of the strategy's: it has every. Did you mean every?",
  ],
  ['--param every=1', 'parameter every is "1"; it must be a whole number from 2 to 100'],
  ['--param every=2.5', 'parameter every is "2.5"; it must be a whole number from 2 to 100'],
  ['--param every=2 --param every=3', '--param every is given twice; give it once'],
  ['--journal b.csv', 'cannot make folder b.csv: there is a file of that name'],
  ['--journal .', '--journal is "."; it must be an empty folder'],
])('genesis backtest %s is refused', async (words, sentence) => {
  await expectRefusal([...backTest, ...words.split(' ')], { sentence, files: run })
})

test.concurrent('--interval takes effect in a back-test', async () => {
  await inFolder(run, async (folder) => {
    const { stdout } = await genesis(folder, [...backTest, '--interval', '5m', '--json'])

    expect(JSON.parse(stdout)).toMatchObject({ bars: 8 })
  })
})

test.concurrent('flags of settings count before the command and behind it', async () => {
  await inFolder({}, async (folder) => {
    const before = await genesis(folder, ['--port', '77', '--seed', 'a', 'doctor'])
    const behind = await genesis(folder, ['doctor', '--seed', 'a', '--port', '77'])

    expect(before).toEqual(behind)
    expect(before.stdout).toMatch(/^apiPort +77 +flag +--port +API_PORT /m)
  })
})

test.concurrent('a port in use is refused before anything is traded', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo

  await expectRefusal(['--port', String(port)], {
    sentence: `port ${port} of 127.0.0.1 is in use; stop its user or set API_PORT to another`,
  })
  other.close()
})

test.concurrent('a log folder that cannot be made is refused', async () => {
  await expectRefusal(['--port', '0'], {
    files: { logs: 'a file' },
    sentence: 'cannot make folder logs: there is a file of that name',
  })
})
