import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SimulatedClock, systemClock } from '../../runtime/index.ts'
import { ChannelReplicaHolder } from './channel-replica-holder.ts'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { stateOffer } from './replica.ts'
import type { ReplicaChannel } from './replica-channel.ts'
import { replicaHolderConformance } from './replica-holder.conformance.ts'
import { serveReplicas } from './replica-server.ts'

type Listener = (message: string) => void

/** Two ends of a channel in this process; `bend` may change or drop what the near end sends. */
function channelPair(bend: (message: string) => string | null = (message) => message) {
  const listeners: { near?: Listener; far?: Listener } = {}
  let close: (reason: Error) => void = () => undefined
  const carry = (to: 'near' | 'far', message: string | null) => {
    if (message !== null) queueMicrotask(() => listeners[to]?.(message))
  }
  const near: ReplicaChannel = {
    post: (message) => carry('far', bend(message)),
    onMessage: (listen) => void (listeners.near = listen),
    onClosed: (listen) => void (close = listen),
  }
  const far: ReplicaChannel = {
    post: (message) => carry('near', message),
    onMessage: (listen) => void (listeners.far = listen),
    onClosed: () => undefined,
  }
  return { near, far, close: (reason: Error) => close(reason) }
}

const offer = stateOffer('a', 3, new Map([['a', { version: 1, text: '{}' }]]))

describe('over a channel', () => {
  replicaHolderConformance(async () => {
    const { near, far } = channelPair()
    serveReplicas(new MemoryReplicaHolder({ name: 'far end' }), far)
    return new ChannelReplicaHolder({ name: 'near', clock: new SimulatedClock(), channel: near })
  })
})

describe('in another process', () => {
  let child: ChildProcess
  let holder: ChannelReplicaHolder
  beforeAll(() => {
    const module = fileURLToPath(new URL('other-process.conformance.ts', import.meta.url))
    child = fork(module, { execArgv: ['--import', 'tsx'] })
    const channel: ReplicaChannel = {
      post: (message) => void child.send(message),
      onMessage: (listen) => void child.on('message', (message) => listen(message as string)),
      onClosed: (listen) => void child.on('exit', () => listen(new Error('the process ended'))),
    }
    const deadlineMs = 30_000
    holder = new ChannelReplicaHolder({ name: 'child', clock: systemClock(), channel, deadlineMs })
  })
  afterAll(() => void child.kill('SIGKILL'))

  replicaHolderConformance(async () => {
    for (const group of ['counter', 'other']) await holder.drop(group)
    return holder
  })

  test('when the process is killed, what waits and what comes after is rejected', async () => {
    await holder.offer(offer)
    child.kill('SIGSTOP')
    const waiting = holder.newest('a')

    child.kill('SIGKILL')

    await expect(waiting).rejects.toMatchObject({ code: 'replica-lost' })
    await expect(holder.newest('a')).rejects.toMatchObject({ code: 'replica-lost' })
  })
})

test('no answer by the deadline is a timeout, and an answer after it is not heard', async () => {
  const clock = new SimulatedClock()
  let late: string | null = null
  const { near, far } = channelPair((message) => {
    late ??= message
    return null
  })
  const served: Listener[] = []
  serveReplicas(new MemoryReplicaHolder({ name: 'far end' }), {
    ...far,
    onMessage: (listen) => void served.push(listen),
  })
  const holder = new ChannelReplicaHolder({ name: 'near', clock, channel: near, deadlineMs: 50 })
  const asked = holder.offer(offer)
  const rejected = asked.catch((error: unknown) => error)

  await clock.advance(50)
  served[0]!(late!)
  await clock.turn()

  expect(await rejected).toMatchObject({ code: 'timeout' })
  expect(late).not.toBeNull()
})

test('a message that was changed on the way is not listened to', async () => {
  const clock = new SimulatedClock()
  const inner = new MemoryReplicaHolder({ name: 'far end' })
  const { near, far } = channelPair((message) => message.replace('"number":3', '"number":4'))
  serveReplicas(inner, far)
  const holder = new ChannelReplicaHolder({ name: 'near', clock, channel: near, deadlineMs: 50 })

  const asked = holder.offer(offer)
  const rejected = asked.catch((error: unknown) => error)
  await clock.advance(50)

  expect(await rejected).toMatchObject({ code: 'timeout' })
  expect(await inner.newest('a')).toBeNull()
})

test('when the channel ends, what waits is rejected with the reason', async () => {
  const { near, close } = channelPair(() => null)
  const holder = new ChannelReplicaHolder({
    name: 'near',
    clock: new SimulatedClock(),
    channel: near,
  })
  const asked = holder.offer(offer)

  close(new Error('the worker exited'))

  await expect(asked).rejects.toMatchObject({
    code: 'replica-lost',
    message: expect.stringContaining('the worker exited') as string,
  })
})
