import { messageOf } from './errors.ts'
import { Worker } from 'node:worker_threads'
import { bundleWorker } from './worker-bundle.ts'
import {
  type WorkerExit,
  type WorkerListener,
  workerMemoryMaxMb,
  type WorkerModule,
  type WorkerOptions,
  type Workers,
  type WorkerThread,
} from './workers.ts'

/**
 * Node's worker threads. A worker sees nothing of our environment, and its heap has a limit of
 * its own at which only it dies.
 */
export function systemWorkers(): Workers {
  return {
    load: async (path) => systemWorkerModule(path, await bundleWorker(path)),
  }
}

function systemWorkerModule(path: string, code: string): WorkerModule {
  const url = new URL(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
  return { path, spawn: (options, listener) => spawn(url, options, listener) }
}

function spawn(url: URL, options: WorkerOptions, listener: WorkerListener): WorkerThread {
  const { name, data, memoryMaxMb = workerMemoryMaxMb } = options
  const worker = new Worker(url, {
    name,
    workerData: data,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
  })
  let exit: WorkerExit = { cause: 'ended', reason: `the worker ${name} ended by itself` }
  let ended = false
  worker.on('message', (message) => {
    if (!ended) listener.onMessage(message)
  })
  worker.on('messageerror', (error) => {
    exit = {
      cause: 'failed',
      reason: `the worker ${name} sent what cannot be read: ${error.message}`,
    }
    void worker.terminate()
  })
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (exit.cause === 'ended') exit = exitOf(name, error, memoryMaxMb)
  })
  worker.on('exit', () => {
    ended = true
    listener.onExit(exit)
  })
  return {
    post(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
      if (!ended) worker.postMessage(message)
    },
    async terminate() {
      if (exit.cause === 'ended' && !ended) {
        exit = { cause: 'terminated', reason: `the worker ${name} was terminated` }
      }
      await worker.terminate()
    },
  }
}

function exitOf(name: string, error: NodeJS.ErrnoException, memoryMaxMb: number): WorkerExit {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const reason = `the worker ${name} needed more than ${memoryMaxMb} MB`
    return { cause: 'out-of-memory', reason }
  }
  const said = messageOf(error)
  return { cause: 'failed', reason: `the worker ${name} threw: ${said}` }
}
