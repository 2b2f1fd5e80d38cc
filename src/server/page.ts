import type { Page } from './protocol.ts'
import type { ListQuery } from './system-view.ts'

/** A whole list that does not grow. */
export function wholePage<Item>(items: readonly Item[]): Page<Item> {
  return { items, next: null }
}

/** Reads one item more than asked for, which says whether a page follows. */
export function readPage<Item>(
  query: ListQuery,
  read: (query: ListQuery) => readonly Item[],
  cursorOf: (item: Item) => number,
): Page<Item> {
  if (query.after === null) return wholePage(read(query))
  const items = read({ after: query.after, limit: query.limit + 1 })
  if (items.length <= query.limit) return wholePage(items)
  const page = items.slice(0, query.limit)
  return { items: page, next: cursorOf(page.at(-1)!) }
}
