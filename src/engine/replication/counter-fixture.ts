import type { Component } from '../component.ts'
import { durableEvent, type Event, numbered, Priority } from '../event.ts'

/** A component whose state is the sum and the numbers of what it was given. */
export interface Counter extends Component {
  sum: number
  seen: number[]
}

export function counter(name: string, onRaise: (event: Event) => void = () => undefined): Counter {
  return {
    name,
    subscriptions: ['count.*'],
    sum: 0,
    seen: [],
    onEvent(event) {
      this.sum += (event.payload as { by: number }).by
      onRaise(event)
      this.seen.push(event.number)
    },
    snapshot() {
      return { sum: this.sum, seen: this.seen }
    },
    restore(state) {
      const { sum, seen } = state as Pick<Counter, 'sum' | 'seen'>
      this.sum = sum
      this.seen = [...seen]
    },
  }
}

export function raised(number: number, topic = 'count.raised'): Event {
  const fields = {
    priority: Priority.NORMAL,
    time: number,
    key: `${number}`,
    payload: { by: number },
  }
  return numbered(durableEvent(topic, fields), number)
}
