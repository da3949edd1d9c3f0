import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { EventStore } from '../ports/event-store.js';
import { appendInTurn, collect, events, idsOf, isIncreasing, LONG_MS, newCategory, readAll, Subscriber } from './event-store.fixture.js';

/** Part of the contract: from history to what happens now without a gap or a double. */
export function subscribing(store: () => EventStore): void {
  it('gives history, and says with its last page that it was', async () => {
    const after = await store().head();
    const category = newCategory();
    const appended = await appendInTurn(store(), category, 11);
    const reader = new Subscriber(store(), { after, filter: { categories: [category] }, pageSize: 4 });
    await reader.pagesUntil(({ caughtUp }) => caughtUp);
    expect(idsOf(reader.events)).toEqual(idsOf(appended));
    expect(reader.pages.filter(({ caughtUp }) => caughtUp)).toHaveLength(1);
    expect(Math.max(...reader.pages.map((page) => page.events.length))).toBeLessThanOrEqual(4);
    await reader.stop();
  });

  it.each([{ types: [] }, { categories: ['nothing-is-called-this'] }])('says with an empty page that %j has no history', async (filter) => {
    const after = await store().head();
    await appendInTurn(store(), newCategory(), 3);
    const reader = new Subscriber(store(), { after, filter });
    await reader.pagesUntil(({ caughtUp }) => caughtUp);
    expect(reader.events).toEqual([]);
    await reader.stop();
  });

  it('gives what is appended later, and no page that tells nothing new', async () => {
    const category = newCategory();
    const reader = new Subscriber(store(), { after: await store().head(), filter: { categories: [category] } });
    await reader.pagesUntil(({ caughtUp }) => caughtUp);
    for (let count = 1; count <= 5; count++) {
      const arrived = reader.eventsUntil(2 * count);
      await setImmediate();
      const appended = await appendInTurn(store(), category, 2);
      await arrived;
      expect(idsOf(reader.events.slice(-2))).toEqual(idsOf(appended));
    }
    expect(isIncreasing(reader.pages.map(({ position }) => position))).toBe(true);
    await reader.stop();
  });

  it('goes from history to live without a gap or a double while others append', async () => {
    const after = await store().head();
    const category = newCategory();
    await appendInTurn(store(), category, 40);
    const filters = [undefined, { categories: [category] }, { categories: [category], types: ['Happened'] }];
    const readers = filters.map((filter, i) => new Subscriber(store(), { after, filter, pageSize: 3 + i * 40 }, category));
    const appends = Promise.all(Array.from({ length: 8 }, async (_, lane) => {
      for (let i = 0; i < 25; i++) await store().append(`${category}-${lane}`, 'any', events(1 + (i % 3)));
    }));
    const total = 40 + 8 * Array.from({ length: 25 }, (_, i) => 1 + (i % 3)).reduce((sum, n) => sum + n);
    await Promise.all([appends, ...readers.map((reader) => reader.eventsUntil(total))]);
    const expected = idsOf(await readAll(store(), { after, filter: { categories: [category] } }));
    expect(expected).toHaveLength(total);
    for (const reader of readers) {
      expect(idsOf(reader.events)).toEqual(expected);
      await reader.stop();
    }
  }, LONG_MS);

  it('waits for a slow reader and loses nothing', async () => {
    const category = newCategory();
    const reader = new Subscriber(store(), { after: await store().head(), filter: { categories: [category] }, pageSize: 10 });
    await reader.pagesUntil(({ caughtUp }) => caughtUp);
    const appended = await appendInTurn(store(), category, 300);
    while (reader.events.length < 300) {
      await reader.pagesUntil(() => true);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
    expect(idsOf(reader.events)).toEqual(idsOf(appended));
    await reader.stop();
  }, LONG_MS);

  it('ends without an error when it is aborted: before it begins, in the history, and while it waits', async () => {
    const after = await store().head();
    const category = newCategory();
    await appendInTurn(store(), category, 20);
    const options = { after, filter: { categories: [category] }, pageSize: 5 };
    expect(await collect(store().subscribe({ ...options, signal: AbortSignal.abort() }))).toEqual([]);

    const inHistory = new Subscriber(store(), options);
    await inHistory.pagesUntil(() => true);
    await inHistory.stop();

    const waiting = new Subscriber(store(), options);
    await waiting.pagesUntil(({ caughtUp }) => caughtUp);
    const next = waiting.pagesUntil(() => false);
    await setImmediate();
    await waiting.stop();
    await next;
    expect(waiting.events).toHaveLength(20);
  });

  it('continues where an earlier subscription ended', async () => {
    const after = await store().head();
    const category = newCategory();
    const appended = await appendInTurn(store(), category, 9);
    const filter = { categories: [category] };
    const earlier = new Subscriber(store(), { after, filter, pageSize: 4 });
    await earlier.eventsUntil(4);
    await earlier.stop();
    const later = new Subscriber(store(), { after: earlier.pages.at(-1)!.position, filter });
    await later.eventsUntil(5);
    expect(idsOf([...earlier.events, ...later.events])).toEqual(idsOf(appended));
    await later.stop();
  });
}
