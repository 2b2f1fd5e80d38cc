import { assert } from '../runtime/index.ts'

/**
 * Who gets a topic. Patterns are exact (`bar.closed`) or end in a star that stands for one or
 * more further words (`order.*`).
 *
 * The answer for a topic is worked out once and kept, so routing costs one map look-up. It keeps
 * the order of registration: the component registered first sees every event first.
 */
export class EventRouter<Subscriber> {
  readonly #entries: { readonly pattern: string; readonly subscriber: Subscriber }[] = []
  readonly #routes = new Map<string, readonly Subscriber[]>()

  subscribe(pattern: string, subscriber: Subscriber): void {
    assert(PATTERN.test(pattern), `a topic pattern is words and dots, not "${pattern}"`)
    this.#entries.push({ pattern, subscriber })
    this.#routes.clear()
  }

  subscribersOf(topic: string): readonly Subscriber[] {
    return this.#routes.get(topic) ?? this.#resolve(topic)
  }

  /** Topics whose answer is kept. */
  get known(): number {
    return this.#routes.size
  }

  #resolve(topic: string): readonly Subscriber[] {
    const matching = this.#entries.filter(({ pattern }) => matches(pattern, topic))
    const subscribers = [...new Set(matching.map(({ subscriber }) => subscriber))]
    // Topics are names in the code; those made of data are worked out each time.
    if (this.#routes.size < TOPICS_MAX) this.#routes.set(topic, subscribers)
    return subscribers
  }
}

export function matches(pattern: string, topic: string): boolean {
  if (!pattern.endsWith('*')) return pattern === topic
  const prefix = pattern.slice(0, -1)
  return topic.length > prefix.length && topic.startsWith(prefix)
}

const PATTERN = /^(?:[a-z][a-z0-9-]*\.)*(?:[a-z][a-z0-9-]*|\*)$/
const TOPICS_MAX = 10_000
