/**
 * A bounded list inside a document: the first so many items in an order. What fell out at the end does not come back
 * when an item before it is removed, so a list may be shorter than what it stands for.
 */
export class ShortList<Item> {
  constructor(
    private readonly max: number,
    private readonly idOf: (item: Item) => string,
    /** Whether one item stands before another. */
    private readonly precedes: (one: Item, other: Item) => boolean,
  ) {}

  with(items: readonly Item[], item: Item): Item[] {
    let at = 0;
    while (at < items.length && this.precedes(items[at]!, item)) at += 1;
    return items.toSpliced(at, 0, item).slice(0, this.max);
  }

  without(items: readonly Item[], id: string): Item[] {
    return items.filter((item) => this.idOf(item) !== id);
  }

  /** The item of this id changed, at its place in the order; nothing where it is not in the list. */
  changed(items: readonly Item[], id: string, change: (item: Item) => Item): Item[] {
    const known = items.find((item) => this.idOf(item) === id);
    return known ? this.with(this.without(items, id), change(known)) : [...items];
  }

  /** Another version of an item that is in the list. */
  replaced(items: readonly Item[], item: Item): Item[] {
    return this.changed(items, this.idOf(item), () => item);
  }
}
