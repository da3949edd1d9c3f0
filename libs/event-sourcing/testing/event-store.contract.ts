import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AppendTooLarge,
  ENVELOPE_BYTES,
  MAX_APPEND_BYTES,
  StoreUnavailable,
  WrongExpectedRevision,
  type AppendResult,
  type EventPage,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from '../ports/event-store.js';

export interface EventStoreUnderTest {
  /** Opens a store. It may hold events of others, and others may append while the suite runs. */
  open: () => Promise<EventStore>;
  /** Closes the store and opens it again with what it held; left out where a store keeps nothing. */
  reopen?: (store: EventStore) => Promise<EventStore>;
}

const LONG_MS = 60_000;

/** What every adapter of {@link EventStore} keeps to. Call it in a test file: `eventStoreContract('MyStore', { open })`. */
export function eventStoreContract(name: string, { open, reopen }: EventStoreUnderTest): void {
  describe(`${name}, as every event store,`, () => {
    let store: EventStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    describe('appending', () => {
      appending(() => store);
    });
    describe('appending again', () => {
      appendingAgain(() => store);
    });
    describe('reading a stream', () => {
      readingAStream(() => store);
    });
    describe('reading the log', () => {
      readingTheLog(() => store);
    });
    describe('subscribing', () => {
      subscribing(() => store);
    });
    describe('any history', () => {
      anyHistory(() => store);
    });
    if (reopen) {
      describe('opened again', () => {
        openedAgain(open, reopen);
      });
    }
  });
}

function appending(store: () => EventStore): void {
  const cases: { has: number; expected: ExpectedRevision; then: number | 'refused' }[] = [
    { has: 0, expected: 'none', then: 1 },
    { has: 0, expected: 'any', then: 1 },
    { has: 0, expected: 'exists', then: 'refused' },
    { has: 0, expected: 0, then: 'refused' },
    { has: 3, expected: 'none', then: 'refused' },
    { has: 3, expected: 'any', then: 4 },
    { has: 3, expected: 'exists', then: 4 },
    { has: 3, expected: 1, then: 'refused' },
    { has: 3, expected: 2, then: 4 },
    { has: 3, expected: 3, then: 'refused' },
  ];
  it.each(cases)('to a stream of $has events that is expected at $expected: $then', async ({ has, expected, then }) => {
    const stream = newStream();
    if (has > 0) await store().append(stream, 'none', events(has));
    const append = store().append(stream, expected, events(2));
    if (then === 'refused') {
      const refusal = await errorOf(append);
      expect(refusal).toBeInstanceOf(WrongExpectedRevision);
      expect(refusal).toMatchObject({ name: 'WrongExpectedRevision', stream, expected, actual: has - 1 });
    } else {
      expect((await append).revision).toBe(then);
    }
    expect(await readStream(store(), stream)).toHaveLength(then === 'refused' ? has : has + 2);
  });

  it('gives every field back as it was appended, and adds stream, revision, position and time', async () => {
    const stream = newStream();
    const before = new Date(Date.now() - 60_000).toISOString();
    const [first, second] = [event({ schemaVersion: 3 }), event({ data: { nested: [{ a: null }, 1.5, true, 'x'] } })];
    const result = await store().append(stream, 'none', [first, second]);
    const stored = await readStream(store(), stream);
    expect(stored).toHaveLength(2);
    expect(stored[0]).toEqual({ ...first, stream, revision: 0, position: stored[0]!.position, recordedAt: stored[0]!.recordedAt });
    expect(stored[1]).toEqual({ ...second, stream, revision: 1, position: result.position, recordedAt: stored[1]!.recordedAt });
    expect(stored[0]!.position).toBeGreaterThan(0);
    expect(stored[0]!.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(stored[0]!.recordedAt > before).toBe(true);
  });

  it('takes every optional field of the metadata', async () => {
    const stream = newStream();
    const metadata = { commandId: 'c', command: 'Do', correlationId: 'k', causationId: 'e', actor: 'someone', source: 'import:1' };
    await store().append(stream, 'none', [event({ metadata })]);
    expect((await readStream(store(), stream))[0]!.metadata).toEqual(metadata);
  });

  it('keeps Unicode in stream names, types and data', async () => {
    const stream = `${newCategory()}-张伟/Ωmega ñ 👩‍👩‍👧`;
    const made = event({ type: '関係Été', data: { '名前 👋': '张伟\u0000\n\u2028 \ud800', 'a"b\\': ['ß'] } });
    await store().append(stream, 'none', [made]);
    const [stored] = await readStream(store(), stream);
    expect(stored).toMatchObject({ stream, type: made.type, data: made.data });
  });

  it('is seen at once by whoever reads the stream, the log or its head', async () => {
    const stream = newStream();
    for (let revision = 0; revision < 20; revision++) {
      const after = await store().head();
      const { position } = await store().append(stream, revision === 0 ? 'none' : revision - 1, events(1));
      expect(await readStream(store(), stream)).toHaveLength(revision + 1);
      expect(await store().head()).toBeGreaterThanOrEqual(position);
      const log = await readAll(store(), { after, filter: { categories: [categoryOf(stream)] } });
      expect(log.map((read) => read.position)).toEqual([position]);
    }
  });

  it('gives positions that increase, within an append and from one to the next', async () => {
    const [one, other] = [newStream(), newStream()];
    const results: AppendResult[] = [];
    for (let i = 0; i < 10; i++) results.push(await store().append(i % 2 ? one : other, 'any', events(3)));
    expect(isIncreasing(results.map(({ position }) => position))).toBe(true);
    expect(isIncreasing((await readStream(store(), one)).map(({ position }) => position))).toBe(true);
  });

  it('lets exactly one of many win that expect the same revision', async () => {
    const stream = newStream();
    for (const expected of ['none', 0] as const) {
      const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => store().append(stream, expected, events(1))));
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
      expect(refused).toHaveLength(29);
      for (const refusal of refused) expect(refusal).toMatchObject({ name: 'WrongExpectedRevision', stream, expected, actual: expected === 0 ? 1 : 0 });
    }
    expect(await readStream(store(), stream)).toHaveLength(2);
  });

  it('keeps the events of an append together where many append at once', async () => {
    const stream = newStream();
    await Promise.all(Array.from({ length: 20 }, (_, batch) => store().append(stream, 'any', events(5, { data: { batch } }))));
    const stored = (await readStream(store(), stream)) as RecordedEvent<{ batch: number }>[];
    expect(stored.map(({ revision }) => revision)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    for (let i = 0; i < 100; i += 5) expect(new Set(stored.slice(i, i + 5).map(({ data }) => data.batch)).size).toBe(1);
  });

  it('takes exactly the bytes that are allowed, and refuses one more with nothing stored', async () => {
    const stream = newStream();
    const made = event({ data: { text: '' } });
    const spare = MAX_APPEND_BYTES - bytesOf(made);
    const tooLarge = await errorOf(store().append(stream, 'none', [{ ...made, data: { text: 'x'.repeat(spare + 1) } }]));
    expect(tooLarge).toBeInstanceOf(AppendTooLarge);
    expect(tooLarge).toMatchObject({ stream, bytes: MAX_APPEND_BYTES + 1 });
    const tooManyUmlauts = await errorOf(store().append(stream, 'none', [{ ...made, data: { text: 'ä'.repeat(spare / 2 + 1) } }]));
    expect(tooManyUmlauts).toBeInstanceOf(AppendTooLarge);
    expect(await readStream(store(), stream)).toEqual([]);
    await store().append(stream, 'none', [{ ...made, data: { text: 'x'.repeat(spare) } }]);
    expect((await readStream(store(), stream))[0]!.data).toEqual({ text: 'x'.repeat(spare) });
  });

  it('counts the bytes of all events of an append', async () => {
    const half = event({ data: { text: 'x'.repeat(MAX_APPEND_BYTES / 2) } });
    await expect(store().append(newStream(), 'none', [half, { ...half, id: randomUUID() }])).rejects.toBeInstanceOf(AppendTooLarge);
  });

  it.each([
    ['no events', [], /at least one/],
    ['a bigint inside', [event({ data: { amount: 1n } })], /JSON/],
    ['undefined as data', [event({ data: undefined as unknown as object })], /JSON/],
    ['a circle inside', [event({ data: circle() })], /JSON/],
    ['an id that is no UUID', [event({ id: 'one' })], /UUID/],
    ['a type without a name', [event({ type: '' })], /type/],
  ])('refuses %s with a clear error, and stores nothing', async (_, refused, message) => {
    const stream = newStream();
    await expect(store().append(stream, 'none', [...events(refused.length && 1), ...refused])).rejects.toThrow(message);
    expect(await readStream(store(), stream)).toEqual([]);
  });
}

function appendingAgain(store: () => EventStore): void {
  it('answers the same ids at "none" with the first result, also after later events', async () => {
    const stream = newStream();
    const made = events(3);
    const first = await store().append(stream, 'none', made);
    expect(await store().append(stream, 'none', made)).toEqual(first);
    await store().append(stream, 2, events(4));
    expect(await store().append(stream, 'none', made)).toEqual(first);
    expect(await readStream(store(), stream)).toHaveLength(7);
  });

  it('answers the same ids at their original revision with the first result, also after later events', async () => {
    const stream = newStream();
    await store().append(stream, 'none', events(2));
    const made = events(2);
    const first = await store().append(stream, 1, made);
    expect(await store().append(stream, 1, made)).toEqual(first);
    await store().append(stream, 3, events(4));
    expect(await store().append(stream, 1, made)).toEqual(first);
    expect(await readStream(store(), stream)).toHaveLength(8);
  });

  it('goes by the ids alone', async () => {
    const stream = newStream();
    const made = event();
    const first = await store().append(stream, 'none', [made]);
    expect(await store().append(stream, 'none', [{ ...made, data: { other: true } }])).toEqual(first);
    expect((await readStream(store(), stream))[0]!.data).toEqual(made.data);
  });

  it.each([
    ['other ids', (_made: EventToAppend[]) => events(2)],
    ['the same ids and one more', (made: EventToAppend[]) => [...made, event()]],
    ['the same ids in another order', (made: EventToAppend[]) => [...made].reverse()],
    ['the first id and another', (made: EventToAppend[]) => [made[0]!, event()]],
  ])('refuses %s at the original revision', async (_, again) => {
    const stream = newStream();
    const made = events(2);
    await store().append(stream, 'none', made);
    await expect(store().append(stream, 'none', again(made))).rejects.toMatchObject({ name: 'WrongExpectedRevision', actual: 1 });
    expect(await readStream(store(), stream)).toHaveLength(2);
  });

  it('stores once what is sent several times at once, and gives each the first result', async () => {
    const stream = newStream();
    for (const expected of ['none', 1] as const) {
      const made = events(2);
      const send = () => persistently(() => store().append(stream, expected, made));
      const results = await Promise.all([send(), send(), send(), send()]);
      expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    }
    expect(await readStream(store(), stream)).toHaveLength(4);
  }, LONG_MS);
}

function readingAStream(store: () => EventStore): void {
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

function readingTheLog(store: () => EventStore): void {
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

function subscribing(store: () => EventStore): void {
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

function anyHistory(store: () => EventStore): void {
  const history = fc.array(fc.record({ stream: fc.nat(3), count: fc.integer({ min: 1, max: 6 }) }), { minLength: 1, maxLength: 20 });
  const sizes = fc.integer({ min: 1, max: 9 });
  it('reads back the same by stream, by log and by subscription, from anywhere in pages of any size', async () => {
    await fc.assert(fc.asyncProperty(history, sizes, fc.nat(120), fc.nat(30), fc.nat(30), async (appends, pageSize, start, from, limit) => {
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

function openedAgain(open: () => Promise<EventStore>, reopen: (store: EventStore) => Promise<EventStore>): void {
  it('has every event, answers repeated appends, and goes on counting', async () => {
    const store = await open();
    const start = await store.head();
    const category = newCategory();
    const before = await appendInTurn(store, category, 30);
    const made = events(2);
    const first = await store.append(`${category}-again`, 'none', made);

    const again = await reopen(store);
    expect(await again.append(`${category}-again`, 'none', made)).toEqual(first);
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

/** Follows a subscription at the pace of the test. */
class Subscriber {
  readonly pages: EventPage[] = [];
  private readonly abort = new AbortController();
  private readonly iterator: AsyncIterator<EventPage>;

  /** @param category only events of it are kept, where the subscription itself has no filter. */
  constructor(
    store: EventStore,
    options: SubscribeOptions,
    private readonly category?: string,
  ) {
    this.iterator = store.subscribe({ ...options, signal: this.abort.signal })[Symbol.asyncIterator]();
  }

  get events(): RecordedEvent[] {
    const events = this.pages.flatMap((page) => page.events);
    return this.category ? events.filter(({ stream }) => categoryOf(stream) === this.category) : events;
  }

  /** Takes pages up to and with the first of this kind, or to the end of an aborted subscription. */
  async pagesUntil(isLast: (page: EventPage) => boolean): Promise<void> {
    for (;;) {
      const next = await this.iterator.next();
      if (next.done) return;
      this.pages.push(next.value);
      if (isLast(next.value)) return;
    }
  }

  async eventsUntil(count: number): Promise<void> {
    if (this.events.length < count) await this.pagesUntil(() => this.events.length >= count);
  }

  /** Aborts, and finds that the subscription ends. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.pagesUntil(() => false);
  }
}

const run = randomBytes(4).toString('hex');
let categories = 0;

/** One that nobody else uses, also on a shared server. */
function newCategory(): string {
  return `contract${run}n${categories++}`;
}

function newStream(): string {
  return `${newCategory()}-${randomUUID()}`;
}

function categoryOf(stream: string): string {
  return stream.split('-')[0]!;
}

function event(given: Partial<EventToAppend> = {}): EventToAppend {
  return {
    id: randomUUID(),
    type: 'Happened',
    schemaVersion: 1,
    occurredAt: '2026-01-05T12:00:00.000Z',
    data: {},
    metadata: { commandId: 'command', correlationId: 'conversation', actor: 'tester', source: 'contract' },
    ...given,
  };
}

function events(count: number, given: Partial<EventToAppend> = {}): EventToAppend[] {
  return Array.from({ length: count }, () => event(given));
}

function circle(): object {
  const round: { self?: object } = {};
  round.self = round;
  return round;
}

function bytesOf({ data, metadata }: EventToAppend): number {
  return Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)) + ENVELOPE_BYTES;
}

/** Appends one event after the other to three streams in turn. */
async function appendInTurn(store: EventStore, category: string, count: number): Promise<{ id: string; stream: string; position: Position }[]> {
  const appended = [];
  for (let i = 0; i < count; i++) {
    const [stream, made] = [`${category}-${i % 3}`, event()];
    const { position } = await store.append(stream, 'any', [made]);
    appended.push({ id: made.id, stream, position });
  }
  return appended;
}

/** Repeats what failed without a known outcome, as the port allows. */
async function persistently<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attempts <= 1 || !(error instanceof StoreUnavailable)) throw error;
    return persistently(work, attempts - 1);
  }
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It should have been refused, and was not.');
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** Adapters may compute fields when asked; this gives plain objects that can be compared. */
async function readStream(store: EventStore, stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]> {
  return (await collect(store.readStream(stream, options))).flat().map(plain);
}

async function readAll(store: EventStore, options?: ReadAllOptions): Promise<RecordedEvent[]> {
  return (await collect(store.readAll(options))).flatMap((page) => page.events).map(plain);
}

function plain(event: RecordedEvent): RecordedEvent {
  const { id, type, schemaVersion, occurredAt, data, metadata, stream, revision, position, recordedAt } = event;
  const copy = { id, type, schemaVersion, occurredAt, data, metadata, stream, revision, position, recordedAt };
  expect(JSON.parse(JSON.stringify(event))).toEqual(JSON.parse(JSON.stringify(copy)));
  return copy;
}

function idsOf(events: readonly { id: string }[]): string[] {
  return events.map(({ id }) => id);
}

function isIncreasing(positions: readonly Position[]): boolean {
  return positions.every((position, i) => i === 0 || position > positions[i - 1]!);
}
