import { measured } from '../resilience/measured.ts'
import type { Row } from '../row.ts'

/**
 * What policies cost while they are only there: memory of each, timers of its own, the CPU that
 * ten thousand of them take while nobody calls, and what many calls leave behind under one signal
 * that lives as long as the program.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, bytes } of policies) {
    const peerOf = (of: string) => (bytes === undefined ? { peerOf: of } : { target: bytes })
    rows.push({
      name: `${name}, made`,
      value: await measured(name, 'held bytes'),
      unit: 'B',
      ...peerOf(`${OURS}, made`),
    })
    rows.push({
      name: `${name}, called once`,
      value: await measured(name, 'used bytes'),
      unit: 'B',
      ...(bytes === undefined ? { peerOf: `${OURS}, called once` } : {}),
    })
    const none = name === OURS ? { target: '<= 0' } : {}
    const timers = await measured(name, 'timers')
    rows.push({ name: `${name}: timers of its own`, value: timers, unit: 'timers', ...none })
    if (name.includes('pipeline')) continue
    const still = name === OURS ? { target: '<= 0.2' } : {}
    const idle = await measured(name, 'idle')
    rows.push({ name: `${name}: 10,000 idle`, value: idle, unit: '% of a core', ...still })
  }
  for (const name of signalled) {
    const peerOf = name === OURS_SIGNALLED ? { target: '<= 8' } : { peerOf: OURS_SIGNALLED }
    rows.push({ name, value: await measured(name, 'kept bytes'), unit: 'B kept/call', ...peerOf })
  }
  return rows
}

const OURS = 'policy'
const OURS_SIGNALLED = 'policy under a signal'

const policies: readonly { readonly name: string; readonly bytes?: string }[] = [
  { name: OURS, bytes: '<= 1024' },
  { name: 'cockatiel breaker' },
  { name: 'cockatiel pipeline' },
  { name: 'opossum breaker' },
  { name: 'mollitia breaker' },
]

const signalled = [OURS_SIGNALLED, 'cockatiel under a signal', 'AbortSignal.any by hand']
