import { beforeAll, expect, it } from '@jest/globals';
import type { EventStore, ReadAllOptions, ReadStreamOptions } from '../ports/event-store.js';
import { appendInTurn, categoryOf, collect, event, events, idsOf, isIncreasing, LONG_MS, newCategory, newStream, readAll, readStream, Subscriber } from './event-store.fixture.js';

/** Part of the contract: the events of one stream, both ways. */
export function readingAStream(store: () => EventStore): void {
  it('gives no page for a stream that is missing', async () => {
    for (const direction of ['forwards', 'backwards'] as const) {
      expect(await collect(store().readStream(newStream(), { direction }))).toEqual([]);
    }
  });

  let stream: string;
  beforeAll(async () => {
    stream = newStream();
    await store().append(stream, 'none', events(10));
  });
  const cases: { options: ReadStreamOptions; revisions: number[] }[] = [
    { options: {}, revisions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { options: { from: 7 }, revisions: [7, 8, 9] },
    { options: { from: 10 }, revisions: [] },
    { options: { from: 1000 }, revisions: [] },
    { options: { limit: 2 }, revisions: [0, 1] },
    { options: { from: 3, limit: 2 }, revisions: [3, 4] },
    { options: { from: 8, limit: 100 }, revisions: [8, 9] },
    { options: { direction: 'backwards' }, revisions: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] },
    { options: { direction: 'backwards', from: 2 }, revisions: [2, 1, 0] },
    { options: { direction: 'backwards', from: 1000, limit: 1 }, revisions: [9] },
    { options: { direction: 'backwards', limit: 1 }, revisions: [9] },
    { options: { direction: 'backwards', from: 5, limit: 2 }, revisions: [5, 4] },
  ];
  it.each(cases)('with $options gives $revisions', async ({ options, revisions }) => {
    const pages = await collect(store().readStream(stream, options));
    expect(pages.flat().map(({ revision }) => revision)).toEqual(revisions);
    expect(pages.every((page) => page.length > 0)).toBe(true);
  });

  it('gives every event of a long stream in order, both ways', async () => {
    const long = newStream();
    for (let i = 0; i < 5; i++) await store().append(long, 'any', events(500));
    const revisions = Array.from({ length: 2500 }, (_, i) => i);
    expect((await readStream(store(), long)).map(({ revision }) => revision)).toEqual(revisions);
    const backwards = await readStream(store(), long, { direction: 'backwards' });
    expect(backwards.map(({ revision }) => revision)).toEqual(revisions.reverse());
  }, LONG_MS);

  it('gives each reader events of its own', async () => {
    const [first] = (await collect(store().readStream(stream, { limit: 1 }))).flat();
    (first!.data as { changed?: boolean }).changed = true;
    (first!.metadata as { changed?: boolean }).changed = true;
    const again = (await readStream(store(), stream, { limit: 1 }))[0]!;
    expect([again.data, again.metadata]).toEqual([{}, event().metadata]);
  });
}

/** Part of the contract: all events in one order, page by page, and a choice of them. */
export function readingTheLog(store: () => EventStore): void {
  it('gives every event once, in the order of positions, in pages of the size asked for', async () => {
    const after = await store().head();
    const category = newCategory();
    const appended = await appendInTurn(store(), category, 25);
    const pages = await collect(store().readAll({ after, pageSize: 7 }));
    const read = pages.flatMap((page) => page.events);
    expect(idsOf(read.filter((event) => categoryOf(event.stream) === category))).toEqual(appended.map(({ id }) => id));
    expect(isIncreasing(read.map(({ position }) => position))).toBe(true);
    expect(Math.max(...pages.map((page) => page.events.length))).toBeLessThanOrEqual(7);
    for (const page of pages) expect(page.position).toBeGreaterThanOrEqual(page.events.at(-1)?.position ?? after);
  });

  it('gives the events at positions, in the order asked for', async () => {
    const after = await store().head();
    const category = newCategory();
    await appendInTurn(store(), category, 25);
    const events = (await collect(store().readAll({ after }))).flatMap((page) => page.events).filter((event) => categoryOf(event.stream) === category);
    const wanted = [events[20]!, events[3]!, events[3]!, events[24]!, events[0]!];
    expect(await store().readAt(wanted.map(({ position }) => position))).toEqual(wanted);
    expect(await store().readAt([])).toEqual([]);
  });

  it('says on the last page, and only there, that the end is reached', async () => {
    const after = await store().head();
    const appended = await appendInTurn(store(), newCategory(), 10);
    const pages = await collect(store().readAll({ after, pageSize: 3 }));
    expect(pages.map(({ caughtUp }) => caughtUp)).toEqual(pages.map((_, i) => i === pages.length - 1));
    expect(pages.at(-1)!.position).toBeGreaterThanOrEqual(appended.at(-1)!.position);
  });

  it('ends with a page that says so where nothing follows', async () => {
    const after = await store().head();
    const pages = await collect(store().readAll({ after, filter: { categories: [newCategory()] } }));
    expect(pages.flatMap((page) => page.events)).toEqual([]);
    expect(pages.at(-1)!.caughtUp).toBe(true);
    expect(pages.at(-1)!.position).toBeGreaterThanOrEqual(after);
  });

  it('begins after one position and stops at another, inclusive', async () => {
    const category = newCategory();
    const appended = await appendInTurn(store(), category, 12);
    const [after, until] = [appended[3]!.position, appended[8]!.position];
    const read = await readAll(store(), { after, until, pageSize: 2, filter: { categories: [category] } });
    expect(idsOf(read)).toEqual(idsOf(appended.slice(4, 9)));
    expect(await readAll(store(), { after: until, until })).toEqual([]);
    expect((await collect(store().readAll({ after, until }))).at(-1)!.position).toBe(until);
  });

  it('gives only events of the categories and types asked for; an empty list matches nothing', async () => {
    const after = await store().head();
    const [a, b] = [newCategory(), newCategory()];
    const streams = [`${a}-1`, `${b}-1-2`, `${a}x-1`, a];
    for (const stream of streams) await store().append(stream, 'none', [event({ type: 'Red' }), event({ type: 'Blue' }), event({ type: 'Redder' })]);
    const found = async (filter: ReadAllOptions['filter']) =>
      (await readAll(store(), { after, filter, pageSize: 4 })).map(({ stream, type }) => `${streams.indexOf(stream)} ${type}`);
    expect(await found({ categories: [a] })).toEqual(['0 Red', '0 Blue', '0 Redder', '3 Red', '3 Blue', '3 Redder']);
    expect(await found({ categories: [a, b], types: ['Red'] })).toEqual(['0 Red', '1 Red', '3 Red']);
    expect(await found({ categories: [b], types: ['Redder', 'Blue', 'Green'] })).toEqual(['1 Blue', '1 Redder']);
    expect((await found({ types: ['Blue'] })).filter((line) => !line.startsWith('-1'))).toEqual(['0 Blue', '1 Blue', '2 Blue', '3 Blue']);
    expect(await found({ categories: [] })).toEqual([]);
    expect(await found({ types: [] })).toEqual([]);
    expect(await found({ types: [], categories: [a] })).toEqual([]);
  });

  it('gives each reader events of its own, also each of several subscribers', async () => {
    const after = await store().head();
    const category = newCategory();
    const filter = { categories: [category] };
    const readers = [1, 2].map(() => new Subscriber(store(), { after, filter }));
    for (const reader of readers) await reader.pagesUntil(({ caughtUp }) => caughtUp);
    await store().append(`${category}-1`, 'none', [event({ data: { list: [] } })]);
    for (const reader of readers) {
      await reader.eventsUntil(1);
      (reader.events[0]!.data as { list: string[] }).list.push('mine');
      await reader.stop();
    }
    for (let reading = 0; reading < 2; reading++) {
      const read = await readAll(store(), { after, filter });
      expect(read[0]!.data).toEqual({ list: [] });
      (read[0]!.data as { list: string[] }).list.push('mine');
    }
    expect(readers.map(({ events }) => events[0]!.data)).toEqual([{ list: ['mine'] }, { list: ['mine'] }]);
  });

  it('moves on over what does not match, so that nobody examines it twice', async () => {
    const after = await store().head();
    const [rare, common] = [newCategory(), newCategory()];
    const passed = await appendInTurn(store(), common, 30);
    const pages = await collect(store().readAll({ after, pageSize: 5, filter: { categories: [rare] } }));
    const { position } = pages.at(-1)!;
    expect(position).toBeGreaterThanOrEqual(passed.at(-1)!.position);
    const appended = await appendInTurn(store(), rare, 2);
    expect(idsOf(await readAll(store(), { after: position, filter: { categories: [rare] } }))).toEqual(idsOf(appended));
  });
}
