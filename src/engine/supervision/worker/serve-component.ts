import { messageOf, type WorkerMain, type WorkerPort } from '../../../runtime/index.ts'
import type { Component, ComponentContext } from '../../component.ts'
import type { ComponentRequest, RequestContext } from '../../component-request.ts'
import type { Event } from '../../event.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.ts'

/**
 * The worker's side of a component in a worker: `export default serveComponent(() => new Slow())`.
 *
 * Events are handled in order, one after the other, also by a component that answers later. What
 * it throws ends the worker: whoever started it brings it back.
 */
export function serveComponent(make: (data: unknown) => Component): WorkerMain {
  return (port) => {
    const start = port.data as WorkerStart
    const component = make(start.data)
    restoreState(component, start)
    const served = new ServedComponent(port, component, start.reportEvery)
    let last = Promise.resolve()
    port.onMessage((message) => {
      const order = message as ToWorker
      if (order.is === 'request') return served.answer(order)
      last = last.then(() => served.handle(order))
      return last
    })
    port.clock.every(start.heartbeatMs, () => served.beat())
    served.say({ is: 'ready' })
  }
}

class ServedComponent {
  readonly #port: WorkerPort
  readonly #component: Component
  readonly #reportEvery: number
  #sinceReport = 0

  constructor(port: WorkerPort, component: Component, reportEvery: number) {
    this.#port = port
    this.#component = component
    this.#reportEvery = reportEvery
  }

  say(message: FromWorker): void {
    this.#port.post(message)
  }

  beat(): void {
    this.say({ is: 'beat', memoryMb: this.#port.memoryMb() })
  }

  async handle({ mode, upTo, events }: ToWorker & { readonly is: 'events' }): Promise<void> {
    const component = this.#component
    const published: Event[] = []
    const context: ComponentContext = {
      live: mode === 'live',
      publish: (event) => {
        if (mode === 'live' || (mode === 'replay' && event.durable)) published.push(event)
        return undefined
      },
    }
    for (const event of events) {
      const pending = component.onEvent(event, context)
      if (pending !== undefined) await pending
    }
    component.onEndOfBatch?.(context)
    this.#sinceReport += events.length
    this.say({ is: 'done', upTo, published, state: this.#stateIfDue() })
  }

  /** What a request comes to; what it throws is its answer, and no fault of the component. */
  answer({ id, request }: ToWorker & { readonly is: 'request' }): void {
    const tell = (value: unknown, error: string | null) =>
      this.say({ is: 'answer', id, value, error })
    const fail = (error: unknown) => tell(null, messageOf(error))
    const answering = async () =>
      this.#component.onRequest?.(request as ComponentRequest, REQUEST_CONTEXT)
    answering().then((value) => tell(value, null), fail)
  }

  #stateIfDue() {
    const component = this.#component
    if (this.#sinceReport < this.#reportEvery) return null
    this.#sinceReport = 0
    // Also of one without a state: what it was given is then not needed again.
    return { version: component.stateVersion ?? 1, value: component.snapshot?.() ?? null }
  }
}

/** The deadline and the retries are kept on the other side, which stops listening. */
const REQUEST_CONTEXT: RequestContext = {
  attempt: 1,
  deadlineLeftMs: () => Number.POSITIVE_INFINITY,
  signal: () => new AbortController().signal,
}

function restoreState(component: Component, { state }: WorkerStart): void {
  if (state === null) return
  const version = component.stateVersion ?? 1
  if (state.version === version) return component.restore?.(state.value)
  if (!component.migrate) {
    throw new Error(`its state is of version ${state.version}, and it knows only ${version}`)
  }
  component.restore?.(component.migrate(state.value, state.version))
}
