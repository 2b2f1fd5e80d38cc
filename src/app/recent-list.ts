/** The latest items of a list, oldest first; older ones go as new ones come. */
export class RecentList<Item> {
  readonly #keep: number
  #items: Item[] = []

  constructor(keep: number) {
    this.#keep = keep
  }

  /** At most twice as many as are kept. */
  get items(): readonly Item[] {
    return this.#items.length > this.#keep ? this.#items.slice(-this.#keep) : this.#items
  }

  get last(): Item | undefined {
    return this.#items.at(-1)
  }

  push(item: Item): void {
    this.#items.push(item)
    // In blocks: shifting one a time would move the whole list for each.
    if (this.#items.length >= this.#keep * 2) this.#items = this.#items.slice(-this.#keep)
  }

  replaceLast(item: Item): void {
    if (this.#items.length > 0) this.#items[this.#items.length - 1] = item
  }

  restore(items: readonly Item[]): void {
    this.#items = [...items]
  }
}

/** A page of a list by a rising cursor: after it the oldest, without it the newest. */
export function pageOf<Item>(
  items: readonly Item[],
  query: { readonly after: number | null; readonly limit: number },
  cursor: (item: Item) => number,
): readonly Item[] {
  const { after, limit } = query
  if (after === null) return items.slice(-limit)
  return items.filter((item) => cursor(item) > after).slice(0, limit)
}
