import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { FakeSystem } from '../../test/browser/fake-system.ts'
import { ask, startServer } from '../../test/browser/test-server.ts'
import { silentLog } from '../runtime/index.ts'
import type { Server } from './create-server.ts'

let server: Server
let url: string

beforeAll(async () => {
  const webRoot = mkdtempSync(join(tmpdir(), 'genesis-web-'))
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(webRoot, 'assets', 'index-Ab12.js'), 'export {}')
  ;({ server, url } = await startServer(new FakeSystem(), {
    webRoot,
    limits: { bodyBytesMax: 100 },
    allowedHosts: ['trader.lan'],
  }))
})

afterAll(() => server.close())

test('it listens on this machine only, unless told otherwise', () => {
  expect(new URL(url).hostname).toBe('127.0.0.1')
})

test('listening where others can reach it is said aloud', async () => {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_fields: object, message: string) => warnings.push(message) }
  const open = await startServer(new FakeSystem(), { log }, { host: '0.0.0.0' })
  await open.server.close()

  expect(warnings).toEqual(['others can read this server: no password'])
})

test('the page is asked for anew each time, its hashed files never again', async () => {
  const page = await ask(`${url}/`)
  const asset = await ask(`${url}/assets/index-Ab12.js`)

  expect(page.text).toContain('<title>page</title>')
  expect(page.headers['cache-control']).toBe('no-cache')
  expect(asset.headers['content-type']).toContain('javascript')
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test('a page that did not change is not sent twice', async () => {
  const first = await ask(`${url}/`)
  const second = await ask(`${url}/`, { headers: { 'if-none-match': first.headers.etag! } })

  expect(second.status).toBe(304)
})

test.each(['/../package.json', '/..%2f..%2fetc%2fpasswd', '/assets/', '/assets/missing.js'])(
  '%s is not a file of the page',
  async (path) => {
    const answer = await ask(url + path)

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.json['code']).toMatch(/not-found|bad-input/)
  },
)

test.each(['/', '/api/v1/health', '/nowhere', '/assets/index-Ab12.js'])(
  '%s has the security headers',
  async (path) => {
    const { headers } = await ask(url + path)

    expect(headers['content-security-policy']).toContain("script-src 'self';")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  },
)

test('an unknown route is a problem that says where the API is', async () => {
  const answer = await ask(`${url}/api/v1/trades?x=1`)

  expect(answer.status).toBe(404)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json['detail']).toBe('/api/v1/trades does not exist; the API is under /api/v1/')
})

test('a page that is not built says how to build it', async () => {
  const bare = await startServer(new FakeSystem())
  const answer = await ask(`${bare.url}/`)
  await bare.server.close()

  expect(answer.status).toBe(404)
  expect(answer.json['detail']).toBe('the page is not built; npm run build builds it')
})

test('it is read-only', async () => {
  const answer = await ask(`${url}/api/v1/orders`, { method: 'POST' })

  expect(answer.status).toBe(405)
  expect(answer.headers.allow).toBe('GET, HEAD')
  expect(answer.json['code']).toBe('method-not-allowed')
})

test('a body beyond the limit is not read', async () => {
  const answer = await ask(`${url}/api/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify('x'.repeat(200)),
  })

  expect(answer.status).toBe(413)
  expect(answer.json['code']).toBe('too-large')
})

test('a name that is not ours is refused, one that was configured is served', async () => {
  const evil = await ask(`${url}/api/v1/health`, { headers: { host: 'evil.example' } })
  const ours = await ask(`${url}/api/v1/health`, { headers: { host: 'trader.lan:5000' } })

  expect(evil.status).toBe(421)
  expect(evil.json).toMatchObject({
    code: 'host-refused',
    detail: 'the Host header is "evil.example"; add its name to the allowed hosts',
  })
  expect(ours.status).toBe(200)
})

test('a view that throws is a problem without particulars, and a log line with them', async () => {
  const lines: object[] = []
  const log = { ...silentLog, error: (fields: object) => lines.push(fields) }
  const broken = new FakeSystem()
  broken.mode = () => {
    throw new Error('secret')
  }
  const started = await startServer(broken, { log })
  const answer = await ask(`${started.url}/api/v1/mode`)
  await started.server.close()

  expect(answer.status).toBe(500)
  expect(answer.json['code']).toBe('internal')
  expect(answer.text).not.toContain('secret')
  expect(JSON.stringify(lines)).toContain('secret')
})

test('a taken port is named together with the setting', async () => {
  const port = Number(new URL(url).port)
  const system = new FakeSystem()

  const second = startServer(system, {}, { port })

  await expect(second).rejects.toMatchObject({
    code: 'port-taken',
    message: `port ${port} of 127.0.0.1 is in use; stop its user or set API_PORT to another`,
  })
  expect(system.listeners.size).toBe(0)
})

test('a host that is not of this machine is named', async () => {
  const elsewhere = startServer(new FakeSystem(), {}, { host: '203.0.113.1' })

  await expect(elsewhere).rejects.toMatchObject({ code: 'bad-config' })
})

test('closing twice, or without having listened, is fine', async () => {
  const system = new FakeSystem()
  const started = await startServer(system)
  onTestFinished(() => started.server.close())

  await started.server.close()
  await started.server.close()

  expect(system.listeners.size).toBe(0)
  await expect(ask(`${started.url}/api/v1/health`)).rejects.toThrow('ECONNREFUSED')
})
