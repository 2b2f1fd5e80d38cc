import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, PageServer } from './page-server.ts'

/**
 * The page as a trader has it, in a real browser: over the real `genesis` once it is built, and
 * over simulated figures, where orders and fills are sure to exist at once.
 */
const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const built = existsSync('dist/web/index.html')
const missing = !existsSync(BROWSER)
  ? `no browser at ${BROWSER}; install chromium or name it in CHROMIUM`
  : !built && 'dist/web is not built; run npm run build'
const folder = mkdtempSync(join(tmpdir(), 'genesis-page-'))

const servers = {
  'simulated figures': (port: number) => ({
    command: ['--import', 'tsx', resolve('test/browser/simulated-server.ts'), String(port)],
    environment: {},
    folder: process.cwd(),
  }),
  genesis: (port: number) => ({
    command: [resolve('bin/genesis.js')],
    environment: { API_PORT: String(port) },
    folder,
  }),
}

describe.skipIf(missing)(`the dashboard${missing ? ` (${missing})` : ''}`, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS })
  })

  afterAll(() => browser.close())

  const kinds = Object.keys(servers) as (keyof typeof servers)[]
  const complete = existsSync('dist/src/cli/main.js')
  const ready = complete ? kinds : kinds.filter((kind) => kind !== 'genesis')

  test.skipIf(!complete)('genesis itself is built; npm run build builds it', () => {
    expect(ready).toContain('genesis')
  })

  describe.each(ready)('over %s', (kind) => {
    const problems: string[] = []
    let server: PageServer
    let page: Page

    beforeAll(async () => {
      const port = await freePort()
      server = new PageServer({ ...servers[kind](port), port })
      await server.start()
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
      page.on('request', (request) => {
        if (!request.url().startsWith(server.url)) problems.push(`asks ${request.url()}`)
      })
      await page.addInitScript(COUNT_SHIFTS)
      await page.goto(server.url)
    })

    afterAll(async () => {
      await page?.close()
      await server?.kill()
    })

    const shoot = (name: string, fullPage = false) =>
      page.screenshot({ path: join(folder, `${kind.split(' ')[0]}-${name}.png`), fullPage })

    test('it is connected, and draws candles with trades and working orders on them', async () => {
      await page.waitForSelector('.light.live')
      await page.waitForSelector('.chart .plot[data-marks]:not([data-marks="0"])')
      await page.waitForSelector('.chart .plot[data-lines]:not([data-lines="0"])')
      await page.waitForSelector('.equity .plot[data-points]:not([data-points="0"])')

      await expect.poll(() => page.evaluate(CANDLE_PIXELS)).toBeGreaterThan(200)
      await shoot('desktop')
    })

    test('figures move', async () => {
      const price = await page.innerText('.price')
      const uptime = await page.innerText('.figures')

      await expect.poll(() => page.innerText('.price'), POLL).not.toBe(price)
      await expect.poll(() => page.innerText('.figures'), POLL).not.toBe(uptime)
    })

    test('tables show what was traded and what is owned', async () => {
      await page.waitForSelector('.fills tbody tr')
      await page.waitForSelector('.balances tbody tr')
      await page.waitForSelector('.events tbody tr')

      expect(await page.innerText('.fills tbody tr')).toMatch(/Buy|Sell/)
    })

    test('another symbol is one arrow key away', async () => {
      const chosen = page.locator('[aria-label="Symbol"] [aria-selected="true"]')
      const before = await chosen.innerText()
      await chosen.focus()

      await page.keyboard.press('ArrowRight')
      await expect.poll(() => chosen.innerText(), POLL).not.toBe(before)
      await expect.poll(() => page.evaluate(CANDLE_PIXELS), POLL).toBeGreaterThan(50)
      await page.keyboard.press('ArrowLeft')

      await expect.poll(() => chosen.innerText(), POLL).toBe(before)
    })

    test('nothing jumped, nothing failed, and nobody else was asked', async () => {
      expect(await page.evaluate('window.shifted')).toBeLessThan(0.02)
      expect(problems).toEqual([])
    })

    test('how orders ended is one tab away', async () => {
      await page.click('.orders [role="tab"]:has-text("Recent")')

      await page.waitForSelector('.orders tbody tr')
      expect(await page.innerText('.orders thead')).toContain('End')
      await shoot('recent-orders')
      await page.click('.orders [role="tab"]:has-text("Open")')
    })

    test.each([720, 1024, 1280, 1366, 1440, 1920, 400])(
      'at %i pixels no table overflows and no figure is cut',
      async (width) => {
        await page.setViewportSize({ width, height: 860 })

        expect(await page.evaluate(CUT)).toEqual([])
        expect(await page.innerText('.positions thead')).toContain('Unrealised')
        await shoot(`at-${width}`)
        await page.setViewportSize({ width: 1440, height: 900 })
      },
    )

    // The real process has no component that fails at will.
    const onSimulated = kind === 'genesis' ? () => undefined : test
    onSimulated('a failed component stands first, with its error', async () => {
      const name = await page.innerText('.components tbody tr')

      expect(name).toMatch(/alerts\s+failed/)
      expect(await page.innerText('.components .note')).toContain('did not answer')
    })

    test('the engine shows its queues, breakers and modes, each in its tab', async () => {
      const tab = (name: string) => page.getByRole('tab', { name }).click()

      await tab('Queues')
      expect(await page.innerText('.components tbody')).toContain('CRITICAL')
      await shoot('queues')
      await tab('Breakers')
      expect(await page.innerText('.components tbody')).toContain('CLOSED')
      await tab('Modes')
      expect(await page.innerText('.components .effects')).toContain('Trading:')
      await tab('Components')
      expect(await page.innerText('.components tbody')).toContain('account')
    })

    test('it fits a phone', async () => {
      await page.setViewportSize({ width: 400, height: 860 })

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400)
      await shoot('phone', true)
      await page.setViewportSize({ width: 1440, height: 900 })
    })

    test('a killed server is said, and a restarted one picked up', async () => {
      await server.kill()
      await page.waitForSelector('.banner')
      await page.waitForSelector('.desk.stale')
      await shoot('reconnecting')

      await server.start()
      await page.waitForSelector('.banner', { state: 'detached' })
      await page.waitForSelector('.desk:not(.stale)')

      const price = await page.innerText('.price')
      await expect.poll(() => page.innerText('.price'), POLL).not.toBe(price)
      await expect.poll(() => page.evaluate(CANDLE_PIXELS), POLL).toBeGreaterThan(50)
      await shoot('recovered')
    })
  })
})

const POLL = { timeout: 20_000, interval: 50 }

/** Pixels in the colours of candles; the canvas of an empty chart has none. */
const CANDLE_PIXELS = `(() => {
  const style = getComputedStyle(document.documentElement)
  const color = (name) => parseInt(style.getPropertyValue(name).trim().slice(1), 16)
  const wanted = [color('--up'), color('--down')]
  let count = 0
  for (const canvas of document.querySelectorAll('.chart .plot canvas')) {
    if (canvas.width === 0 || canvas.height === 0) continue
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 0; at < data.length; at += 4) {
      const here = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2]
      if (data[at + 3] === 255 && wanted.includes(here)) count += 1
    }
  }
  return count
})()`

/** Tables wider than their panel, and cells that hide a part of a figure. */
const CUT = `(() => {
  const wide = [...document.querySelectorAll('.scroll')].filter(
    (box) => box.scrollWidth > box.clientWidth,
  )
  const cut = [...document.querySelectorAll('.scroll .right')].filter(
    (cell) => cell.scrollWidth > cell.clientWidth + 1,
  )
  return [...wide.map((box) => box.ariaLabel), ...cut.map((cell) => cell.innerText)]
})()`

const COUNT_SHIFTS = `
  window.shifted = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
`
