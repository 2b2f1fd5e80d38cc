import process from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from './assert.ts'
import { systemClock } from './system-clock.ts'
import type { WorkerMain, WorkerPort } from './workers.ts'

/** The first code in a new thread: hands the module's main its port. What it throws ends it. */
export async function runWorkerMain(main: WorkerMain): Promise<void> {
  assert(parentPort, 'a worker entry runs in a worker')
  const toParent = parentPort
  const port: WorkerPort = {
    data: workerData,
    clock: systemClock(),
    memoryMb,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
    post: (message) => toParent.postMessage(message),
    onMessage: (handle) => void toParent.on('message', handle),
  }
  await main(port)
}

function memoryMb(): number {
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
