import { it } from '@jest/globals';
import { format } from 'node:util';
import type { DocumentStore } from '../ports/document-store.js';

/** What the parts of the suite share: the store, and collections that are dropped at the end. */
export interface DocumentStoreFixture {
  store: DocumentStore;
  /** Jest's own, but for tests that are left out by name. */
  it: typeof it;
  /** Name of a collection that nobody has used. */
  unused(): string;
  /** Name of a new collection with these documents, all at position 1. */
  filledWith(documents: Record<string, object>): Promise<string>;
}

type Test = (...parameters: unknown[]) => unknown;

/** @param leftOut why, by the name of the test as it is shown; the reason is shown beside it. @returns `it` and `it.each`. */
export function itExcept(leftOut: ReadonlyMap<string, string>): typeof it {
  if (leftOut.size === 0) return it;
  const one = (name: string, test: () => unknown, timeoutMs?: number) => {
    const reason = leftOut.get(name);
    if (reason === undefined) it(name, async () => void (await test()), timeoutMs);
    // What a server does otherwise than MongoDB: its author says which tests and why, and the report shows it.
    else it.skip(`${name} [left out: ${reason}]`, async () => void (await test()));
  };
  const each = (rows: readonly unknown[]) => (name: string, test: Test, timeoutMs?: number) => {
    for (const row of rows) {
      const parameters = Array.isArray(row) ? (row as unknown[]) : [row];
      const shown = parameters.slice(0, name.match(/%[sji]/g)?.length ?? 0);
      one(format(name, ...shown), () => test(...parameters), timeoutMs);
    }
  };
  return Object.assign(one, { each }) as unknown as typeof it;
}
