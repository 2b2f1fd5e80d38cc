import { fileURLToPath } from 'node:url'
import type {
  Clock,
  Log,
  Refusal,
  WorkerModule,
  Workers,
  WorkerThread,
} from '../../runtime/index.ts'
import { ChannelReplicaHolder } from './channel-replica-holder.ts'
import type { EventBatch, Replica, StateOffer } from './replica.ts'
import type { ApplyRefusal, ReplicaHolder } from './replica-holder.ts'

/**
 * Keeps replicas in a thread of its own, on a heap of its own. When the thread ends, all that
 * wait are rejected, and the next question starts another one, which has nothing: whoever kept
 * replicas there is told so by a refusal and offers them anew.
 */
export class WorkerReplicaHolder implements ReplicaHolder {
  readonly name: string
  readonly #options: WorkerReplicaHolderOptions
  readonly #module: WorkerModule
  #thread: WorkerThread | null = null
  #holder: ChannelReplicaHolder | null = null

  private constructor(options: WorkerReplicaHolderOptions, module: WorkerModule) {
    this.name = options.name
    this.#options = options
    this.#module = module
  }

  static async open(options: WorkerReplicaHolderOptions): Promise<WorkerReplicaHolder> {
    return new WorkerReplicaHolder(options, await options.workers.load(WORKER_PATH))
  }

  offer(offer: StateOffer): Promise<Refusal<'damaged'> | undefined> {
    return this.#live().offer(offer)
  }

  apply(group: string, batch: EventBatch): Promise<ApplyRefusal | undefined> {
    return this.#live().apply(group, batch)
  }

  newest(group: string): Promise<Replica | null> {
    return this.#live().newest(group)
  }

  drop(group: string): Promise<void> {
    return this.#live().drop(group)
  }

  /** Ends the thread and what it keeps. */
  async close(): Promise<void> {
    await this.#thread?.terminate()
  }

  #live(): ChannelReplicaHolder {
    return this.#holder ?? this.#start()
  }

  #start(): ChannelReplicaHolder {
    const { name, clock, log, deadlineMs, memoryMaxMb } = this.#options
    const heard: { message?: (message: string) => void; closed?: (reason: Error) => void } = {}
    const thread = this.#module.spawn(
      { name, ...(memoryMaxMb === undefined ? {} : { memoryMaxMb }) },
      {
        onMessage: (message) => heard.message?.(message as string),
        onExit: ({ cause, reason }) => {
          if (cause !== 'terminated') log.warn({ holder: name, cause, reason }, 'replicas lost')
          this.#thread = this.#holder = null
          heard.closed?.(new Error(reason))
        },
      },
    )
    const channel = {
      post: (message: string) => thread.post(message),
      onMessage: (listen: (message: string) => void) => void (heard.message = listen),
      onClosed: (listen: (reason: Error) => void) => void (heard.closed = listen),
    }
    this.#thread = thread
    this.#holder = new ChannelReplicaHolder({
      name,
      clock,
      channel,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    })
    return this.#holder
  }
}

export interface WorkerReplicaHolderOptions {
  readonly name: string
  readonly clock: Clock
  readonly log: Log
  readonly workers: Workers
  /** For each question. Default 1,000. */
  readonly deadlineMs?: number
  readonly memoryMaxMb?: number
}

/** Beside this file, as source or as built. */
const WORKER_PATH = fileURLToPath(
  new URL(`./replica-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
)
