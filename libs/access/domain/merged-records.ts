import { type Records } from '#event-sourcing';

/** Records where customers are merged: those of a customer that is merged belong to whom the one belongs in whom it is found. */
export class MergedRecords implements Records {
  constructor(
    /** As if nobody were merged. */
    private readonly records: ReadonlySet<string>,
    /** In whom each merged customer is found. */
    private readonly survivors: ReadonlyMap<string, string>,
  ) {}

  has(id: string): boolean {
    return this.records.has(this.survivors.get(id) ?? id);
  }

  get size(): number {
    let size = 0;
    for (const _ of this) size++;
    return size;
  }

  *[Symbol.iterator](): SetIterator<string> {
    for (const id of this.records) if (!this.survivors.has(id)) yield id;
    for (const [id, survivor] of this.survivors) if (this.records.has(survivor)) yield id;
    return undefined;
  }
}
