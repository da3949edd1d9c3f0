import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore, Position } from '../ports/event-store.js';
import { appendInTurn, events, expectRepeated, idsOf, LONG_MS, newCategory, readAll, readStream, Subscriber } from './event-store.fixture.js';

/** A server that takes its time for each answer is asked for fewer histories: those that it can tell meanwhile. */
const ENOUGH_MS = 60_000;

/** Part of the contract: whatever is appended, by however many. */
export function anyHistory(store: () => EventStore): void {
  const history = fc.array(fc.record({ stream: fc.nat(3), count: fc.integer({ min: 1, max: 6 }) }), { minLength: 1, maxLength: 20 });
  const sizes = fc.integer({ min: 1, max: 9 });
  it('reads back the same by stream, by log and by subscription, from anywhere in pages of any size', async () => {
    const started = performance.now();
    await fc.assert(fc.asyncProperty(history, sizes, fc.nat(120), fc.nat(30), fc.nat(30), async (appends, pageSize, start, from, limit) => {
      if (performance.now() - started > ENOUGH_MS) return;
      const category = newCategory();
      const before = await store().head();
      const model: { id: string; stream: string; revision: number }[] = [];
      for (const { stream: number, count } of appends) {
        const stream = `${category}-${number}`;
        const revision = model.filter((event) => event.stream === stream).length - 1;
        const made = events(count);
        const result = await store().append(stream, revision < 0 ? 'none' : revision, made);
        made.forEach(({ id }, i) => model.push({ id, stream, revision: revision + 1 + i }));
        expect(result.revision).toBe(revision + count);
      }
      const filter = { categories: [category] };
      const log = await readAll(store(), { after: before, filter, pageSize });
      expect(log.map(({ id, stream, revision }) => ({ id, stream, revision }))).toEqual(model);

      const positions: Position[] = [before, ...log.map(({ position }) => position)];
      const index = start % positions.length;
      const rest = idsOf(log.slice(index));
      expect(idsOf(await readAll(store(), { after: positions[index], filter, pageSize }))).toEqual(rest);
      const reader = new Subscriber(store(), { after: positions[index], filter, pageSize });
      await reader.pagesUntil(({ caughtUp }) => caughtUp);
      await reader.stop();
      expect(idsOf(reader.events)).toEqual(rest);

      for (let number = 0; number <= 3; number++) {
        const stream = `${category}-${number}`;
        const ids = model.filter((event) => event.stream === stream).map(({ id }) => id);
        const forwards = await readStream(store(), stream, { from, limit: limit + 1 });
        expect(idsOf(forwards)).toEqual(ids.slice(from, from + limit + 1));
        const backwards = await readStream(store(), stream, { from, limit: limit + 1, direction: 'backwards' });
        expect(idsOf(backwards)).toEqual(ids.slice(0, from + 1).reverse().slice(0, limit + 1));
      }
    }), { numRuns: 25 });
  }, LONG_MS);
}

/** Part of the contract: what a store holds that was closed and opened. */
export function openedAgain(open: () => Promise<EventStore>, reopen: (store: EventStore) => Promise<EventStore>): void {
  it('has every event, answers repeated appends, and goes on counting', async () => {
    const store = await open();
    const start = await store.head();
    const category = newCategory();
    const before = await appendInTurn(store, category, 30);
    const made = events(2);
    const first = await store.append(`${category}-again`, 'none', made);

    const again = await reopen(store);
    expectRepeated(again, await again.append(`${category}-again`, 'none', made), first);
    await expect(again.append(`${category}-again`, 0, events(1))).rejects.toMatchObject({ name: 'WrongExpectedRevision', actual: 1 });
    const after = await appendInTurn(again, category, 3);
    expect(after[0]!.position).toBeGreaterThan(first.position);
    const log = await readAll(again, { after: start, filter: { categories: [category] } });
    expect(idsOf(log)).toEqual([...idsOf(before), ...idsOf(made), ...idsOf(after)]);
    const stream = before[0]!.stream;
    expect(idsOf(await readStream(again, stream))).toEqual(idsOf(log.filter((event) => event.stream === stream)));
    await again.close();
  });
}
