/**
 * Many calls under one parent signal, with one listener on it for good.
 *
 * `AbortSignal.any` keeps every derived signal reachable from a long-lived parent (nodejs/node
 * #54614), and adding and removing a listener costs more than a whole healthy call. Here linking
 * and unlinking are O(1) and leave nothing behind.
 */
export interface SignalLink {
  readonly list: LinkList
  readonly onAbort: (reason: unknown) => void
  previous: SignalLink | undefined
  next: SignalLink | undefined
}

interface LinkList {
  first: SignalLink | undefined
}

const lists = new WeakMap<AbortSignal, LinkList>()

/** The signal must not be aborted yet. */
export function linkSignal(signal: AbortSignal, onAbort: (reason: unknown) => void): SignalLink {
  let list = lists.get(signal)
  if (list === undefined) {
    list = { first: undefined }
    lists.set(signal, list)
    listen(signal, list)
  }
  const link: SignalLink = { list, onAbort, previous: undefined, next: list.first }
  if (list.first !== undefined) list.first.previous = link
  list.first = link
  return link
}

/** Unlinking twice does nothing. */
export function unlinkSignal(link: SignalLink): void {
  const { list, previous, next } = link
  if (previous !== undefined) previous.next = next
  else if (list.first === link) list.first = next
  else return
  if (next !== undefined) next.previous = previous
  link.previous = undefined
  link.next = undefined
}

function listen(signal: AbortSignal, list: LinkList): void {
  const onAbort = () => {
    for (let link = list.first; link !== undefined; link = list.first) {
      unlinkSignal(link)
      link.onAbort(signal.reason)
    }
  }
  signal.addEventListener('abort', onAbort, { once: true })
}
