import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { AppendTooLarge, MAX_APPEND_BYTES, WrongExpectedRevision, type AppendResult, type EventStore, type EventToAppend, type ExpectedRevision, type RecordedEvent } from '../ports/event-store.js';
import { bytesOf, categoryOf, circle, errorOf, event, events, expectRepeated, isIncreasing, LONG_MS, newCategory, newStream, persistently, readAll, readStream } from './event-store.fixture.js';

/** Part of the contract: at which revision, what is stored of it, who comes first. */
export function appending(store: () => EventStore): void {
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

/** Part of the contract: an append that is repeated happens once. */
export function appendingAgain(store: () => EventStore): void {
  it('answers the same ids at "none" with the first result, also after later events', async () => {
    const stream = newStream();
    const made = events(3);
    const first = await store().append(stream, 'none', made);
    expectRepeated(store(), await store().append(stream, 'none', made), first);
    await store().append(stream, 2, events(4));
    expectRepeated(store(), await store().append(stream, 'none', made), first);
    expect(await readStream(store(), stream)).toHaveLength(7);
  });

  it('answers the same ids at their original revision with the first result, also after later events', async () => {
    const stream = newStream();
    await store().append(stream, 'none', events(2));
    const made = events(2);
    const first = await store().append(stream, 1, made);
    expectRepeated(store(), await store().append(stream, 1, made), first);
    await store().append(stream, 3, events(4));
    expectRepeated(store(), await store().append(stream, 1, made), first);
    expect(await readStream(store(), stream)).toHaveLength(8);
  });

  it('goes by the ids alone', async () => {
    const stream = newStream();
    const made = event();
    const first = await store().append(stream, 'none', [made]);
    expectRepeated(store(), await store().append(stream, 'none', [{ ...made, data: { other: true } }]), first);
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
      expect(new Set(results.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
      if (store().tellsRepetitions) expect(results.filter(({ repeated }) => repeated)).toHaveLength(3);
    }
    expect(await readStream(store(), stream)).toHaveLength(4);
  }, LONG_MS);
}
