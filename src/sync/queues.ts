/** Lists of items by key that are taken from the front, in constant time. */
export class Queues<Item> {
  readonly #queues = new Map<string, { readonly items: Item[]; next: number }>()

  /** Puts an item at the end of its key's queue. */
  add(key: string, item: Item): void {
    const queue = this.#queues.get(key)
    if (queue === undefined) this.#queues.set(key, { items: [item], next: 0 })
    else queue.items.push(item)
  }

  /** Takes the first item of a key that is not refused; refused ones are gone for good. */
  take(key: string, isRefused: (item: Item) => boolean = () => false): Item | null {
    const queue = this.#queues.get(key)
    if (queue === undefined) return null
    for (; queue.next < queue.items.length; queue.next++) {
      const item = queue.items[queue.next]
      if (item === undefined || isRefused(item)) continue
      queue.next++
      return item
    }
    return null
  }
}
