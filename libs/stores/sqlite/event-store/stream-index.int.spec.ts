import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SqliteEventStore } from './sqlite-event-store.js';
import { checkIndex, happened, openStore, readAll, readStream, removeFolders, reopenStore } from './testing.js';

afterAll(removeFolders);

describe('a log that was opened again', () => {
  it('has nothing after its end, whatever is asked for', async () => {
    const store = await openStore();
    await append(store, 3);
    const again = await reopenStore(store);
    const head = await again.head();
    expect(await readAll(again, { after: head })).toEqual([]);
    expect(await readAll(again, { after: head, filter: { types: ['Happened'] } })).toEqual([]);
    expect(await readAll(again, { after: head - 1 })).toHaveLength(1);
    await again.close();
  });
});

describe('the index of streams', () => {
  it('is filled when there is nothing else to do, up to the last complete segment', async () => {
    const store = await openStore({ segmentSize: 10 });
    await append(store, 9);
    expect(checkIndex(store)).toEqual({ indexed: 0, events: 9 });
    await append(store, 1);
    expect(await indexedTo(store, 10)).toEqual({ indexed: 10, events: 10 });
    await append(store, 27);
    expect(await indexedTo(store, 30)).toEqual({ indexed: 30, events: 37 });
    expect(await readStream(store, 'customer-1')).toHaveLength(12);
    await store.close();
  });

  it('is filled with the appends when these never stop, and does not fall further behind', async () => {
    const store = await openStore({ segmentSize: 4 });
    for (let i = 0; i < 50; i++) {
      await append(store, 4);
      const { indexed, events } = checkIndex(store);
      expect(events - indexed).toBeLessThanOrEqual(4 * 6);
    }
    await store.close();
  });

  it('is completed after a restart in the middle of a segment', async () => {
    let store = await openStore({ segmentSize: 10 });
    for (let round = 0; round < 8; round++) {
      await append(store, 7);
      store = await reopenStore(store);
    }
    expect(await indexedTo(store, 50)).toEqual({ indexed: 50, events: 56 });
    expect(await readStream(store, 'customer-1')).toHaveLength(19);
    await store.close();
  });

  it('takes over many segments that one append completes', async () => {
    const store = await openStore({ segmentSize: 4 });
    await store.append('customer-1', 'none', Array.from({ length: 50 }, () => happened()));
    await append(store, 60);
    expect(await indexedTo(store, 108)).toEqual({ indexed: 108, events: 110 });
    expect((await readStream(store, 'customer-1')).map(({ revision }) => revision)).toEqual(Array.from({ length: 70 }, (_, i) => i));
    await store.close();
  });

  it('may change its segment size between restarts', async () => {
    let store = await openStore({ segmentSize: 10 });
    for (const segmentSize of [3, 17, 5, 64, 2]) {
      await append(store, 23);
      store = await reopenStore(store, { segmentSize });
    }
    await append(store, 23);
    checkIndex(store);
    for (const stream of ['customer-0', 'customer-1', 'customer-2']) {
      const events = await readStream(store, stream);
      expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i));
    }
    await store.close();
  });

  it.each([
    ['is missing', (file: string) => rmSync(file)],
    ['is damaged', (file: string) => writeFileSync(file, 'x'.repeat(10_000))],
    ['is empty', (file: string) => truncateSync(file)],
  ])('is made anew where it %s', async (_, spoil) => {
    const store = await openStore({ segmentSize: 10 });
    await append(store, 95);
    await indexedTo(store, 90);
    await store.close();
    spoil(join(dirname(store.path), 'streams.db'));
    const again = await reopenStore(store);
    expect((await readStream(again, 'customer-1')).map(({ revision }) => revision)).toEqual(Array.from({ length: 32 }, (__, i) => i));
    expect(await again.append('customer-1', 31, [happened()])).toEqual({ revision: 32, position: 96 });
    expect(await indexedTo(again, 90)).toEqual({ indexed: 90, events: 96 });
    await again.close();
  });

  it('is made anew where an older log was put back', async () => {
    const store = await openStore({ segmentSize: 10 });
    await append(store, 15);
    const older = join(dirname(store.path), 'older.db');
    await store.backup(older);
    await append(store, 30);
    await indexedTo(store, 40);
    await store.close();
    renameSync(older, store.path);
    const restored = await reopenStore(store);
    expect(await readStream(restored, 'customer-1')).toHaveLength(5);
    await append(restored, 30);
    expect(await indexedTo(restored, 40)).toEqual({ indexed: 40, events: 45 });
    await restored.close();
  });

  it('and the tail together give any part of any stream, whatever was appended and wherever the segments end', async () => {
    const appends = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 25 });
    const segments = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(appends, segments, segments, fc.nat(20), async (history, segmentSize, recentEvents, from) => {
        let store = await openStore({ segmentSize, recentEvents });
        const ids = new Map<string, string[]>();
        for (const [number, count] of history) {
          const stream = `customer-${number}`;
          const events = Array.from({ length: count }, () => happened());
          await store.append(stream, 'any', events);
          ids.set(stream, [...(ids.get(stream) ?? []), ...events.map(({ id }) => id)]);
        }
        for (let restart = 0; restart < 2; restart++) {
          for (const [stream, expected] of ids) {
            expect((await readStream(store, stream, { from })).map(({ id }) => id)).toEqual(expected.slice(from));
            const backwards = await readStream(store, stream, { from, direction: 'backwards' });
            expect(backwards.map(({ id }) => id)).toEqual(expected.slice(0, from + 1).reverse());
          }
          checkIndex(store);
          store = await reopenStore(store);
        }
        await store.close();
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});

/** Appends to three streams in turn, one event at a time. */
async function append(store: SqliteEventStore, count: number): Promise<void> {
  const head = await store.head();
  for (let i = 0; i < count; i++) await store.append(`customer-${(head + i) % 3}`, 'any', [happened()]);
}

/** Waits until the index has come so far. */
async function indexedTo(store: SqliteEventStore, position: number): Promise<{ indexed: number; events: number }> {
  for (;;) {
    const found = checkIndex(store);
    if (found.indexed >= position) return found;
    await setImmediate();
  }
}
