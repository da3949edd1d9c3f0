import type { Document, Filter, FindOptions } from '#event-sourcing';

/** Every document that a filter finds, page by page in the order of their keys, each page asked for where the one before ended. */
export async function* scanned(find: (options: FindOptions) => Promise<Document[]>, filter: Filter, pageSize: number): AsyncGenerator<Document[]> {
  let after: Filter = {};
  for (;;) {
    const page = await find({ filter: { $and: [filter, after] }, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = { _id: { $gt: page.at(-1)!._id } };
  }
}
