import { measured } from '../resilience/measured.ts'
import * as peers from '../resilience/peers.ts'
import type { Row } from '../row.ts'

/**
 * What a call through a policy costs, in time and in garbage, beside cockatiel 3.2.1, opossum
 * 9.0.0, mollitia 0.1.1 and p-retry 7.1.1: when all is well, when the circuit is open, when the
 * call fails, and when it fails with half a million calls in the window. Every row that has peers
 * is the policy as it comes, with latency measured and events to listen to.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = []
  for (const situation of situations) {
    const compared = await compare(situation)
    rows.push(...compared, ...limits(situation, compared))
  }
  return rows
}

interface Situation {
  readonly ours: string
  readonly peers: readonly string[]
  readonly nanoseconds?: string
  readonly bytes?: string
  /** The most that ours may take, in times of this peer. */
  readonly against?: { readonly peer: string; readonly target: string }
  /** How many times faster than the best peer ours must be. */
  readonly ahead?: string
}

const situations: readonly Situation[] = [
  {
    ours: 'closed breaker, latency measured',
    peers: Object.keys(peers.closed),
    bytes: '<= 750',
    against: { peer: 'cockatiel sampling', target: '<= 1.1' },
  },
  {
    ours: 'retry + breaker + dynamic timeout',
    peers: Object.keys(peers.pipeline),
    nanoseconds: '<= 1000',
    bytes: '<= 2048',
    ahead: '>= 10',
  },
  { ours: '... and hedge, deadline, cache, fallback', peers: [] },
  { ours: 'retry alone', peers: ['cockatiel retry'] },
  { ours: 'timeout alone', peers: ['cockatiel timeout'] },
  { ours: 'bulkhead alone', peers: ['cockatiel bulkhead'] },
  { ours: 'refused, open', peers: Object.keys(peers.refusing), nanoseconds: '<= 150' },
  { ours: 'failing, closed', peers: Object.keys(peers.failing) },
  {
    ours: 'failing, 500,000 in its window',
    peers: Object.keys(peers.crowded),
    nanoseconds: '<= 2000',
  },
]

async function compare({ ours, peers, nanoseconds, bytes }: Situation): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of [ours, ...peers]) {
    const peerOf = name === ours ? {} : { peerOf: ours }
    rows.push({
      name,
      value: await measured(name, 'nanoseconds'),
      unit: 'ns',
      ...(name === ours && nanoseconds !== undefined ? { target: nanoseconds } : {}),
      ...peerOf,
    })
  }
  if (bytes === undefined) return rows
  for (const name of [ours, ...peers]) {
    const peerOf = name === ours ? { target: bytes } : { peerOf: `${ours}: garbage` }
    rows.push({
      name: `${name}: garbage`,
      value: await measured(name, 'bytes'),
      unit: 'B',
      ...peerOf,
    })
  }
  return rows
}

function limits({ ours, against, ahead }: Situation, rows: readonly Row[]): Row[] {
  const valueOf = (wanted: string) => rows.find(({ name }) => name === wanted)!.value
  const limits: Row[] = []
  if (against !== undefined) {
    const value = valueOf(ours) / valueOf(against.peer)
    const name = `${ours}, in times of ${against.peer}`
    limits.push({ name, value, unit: 'x', target: against.target })
  }
  if (ahead !== undefined) {
    const best = Math.min(...rows.filter(isPeer(ours)).map(({ value }) => value))
    const name = `the best peer, in times of ${ours}`
    limits.push({ name, value: best / valueOf(ours), unit: 'x', target: ahead })
  }
  return limits
}

function isPeer(ours: string): (row: Row) => boolean {
  return ({ peerOf }) => peerOf === ours
}
