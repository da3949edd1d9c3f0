import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine } from '../../engine.js';
import { DomainEvent, event, type NewEvent } from '../../modelling/domain-event.js';
import { withData } from '../../modelling/event-types.js';
import { interpretation } from '../../modelling/interpretation.js';
import { view, type AnyView } from '../../modelling/view.js';
import { counting, EventsWithdrawn } from '../../modelling/withdrawal.js';
import type { CollectionWrites } from '../../ports/document-store.js';
import { StoreUnavailable, type EventStore, type RecordedEvent } from '../../ports/event-store.js';
import { pastAggregate } from '../moments/past-aggregate.js';
import { Closed, command, Count, Counted, Counter, counterContext, parities, totals } from '../../testing/counter.js';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

@DomainEvent({ reinterprets: ({ data }: RecordedEvent<Aliased>) => ({ subjects: [data.counterId, data.to] }) })
class Aliased {
  counterId!: string;
  to!: string;
}

@DomainEvent({ reinterprets: ({ data }: RecordedEvent<Parted>) => ({ subjects: [data.counterId] }) })
class Parted {
  counterId!: string;
}

/** What `secrets` say of the counter is no more to be read. */
@DomainEvent({ reinterprets: ({ data }: RecordedEvent<Forgotten>) => ({ streams: [`counter-${data.counterId}`] }) })
class Forgotten {
  counterId!: string;
}

/** Another one of the same counter, or one that would close a ring, changes nothing. */
function targetsOf(events: readonly RecordedEvent[]): (id: string) => string {
  const targets = new Map<string, string>();
  const end = (id: string): string => (targets.has(id) ? end(targets.get(id)!) : id);
  for (const { type, data } of events) {
    const { counterId, to } = data as Aliased;
    if (type === 'Parted') targets.delete(counterId);
    else if (!targets.has(counterId) && end(to) !== counterId) targets.set(counterId, to);
  }
  return end;
}

const IDS = ['a', 'b', 'c', 'd'];

const aliases = interpretation({
  of: [Aliased, Parted],
  subjects: ({ data }) => [(data as Counted).counterId],
  reading: (events) => {
    const end = targetsOf(events);
    return {
      read: (read) => withData(read, { ...read.data, counterId: end((read.data as Counted).counterId) }),
      sameAs: (id) => [...IDS.filter((each) => end(each) === id), id],
    };
  },
});

/** Keys of two parts, one of which may be read as another. */
const amounts = view<{ times: number; positions: number[] }>('amounts', { version: 1 })
  
  .on(Counted, ({ data: { counterId, by } }) => `${counterId}/${by}`, (row, { position }) => ({ times: (row?.times ?? 0) + 1, positions: [...(row?.positions ?? []), position] }));

const views: AnyView[] = [totals, parities, amounts];
const context = { ...counterContext(views), events: [Counted, Closed, Aliased, Parted, Forgotten], interpretations: [aliases] };

const id = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(id, fc.integer({ min: 1, max: 9 })).map(([counterId, by]) => ['counter', event(Counted, { counterId, by })] as const) },
  { weight: 2, arbitrary: fc.tuple(id, id).map(([counterId, to]) => ['alias', event(Aliased, { counterId, to })] as const) },
  fc.tuple(id).map(([counterId]) => ['alias', event(Parted, { counterId })] as const),
  fc.tuple(id, fc.array(fc.nat(5), { minLength: 1, maxLength: 3 })).map(([counterId, revisions]) => ['counter', counterId, revisions] as const),
);
type Step = readonly [category: string, made: NewEvent] | readonly [category: string, counterId: string, revisions: readonly number[]];

async function append(events: EventStore, [category, what, revisions = []]: Step): Promise<void> {
  const counterId = typeof what === 'string' ? what : (what.data as Counted).counterId;
  const stream = category === 'alias' ? 'alias-all' : `counter-${counterId}`;
  const length = await lengthOf(events, stream);
  const made = typeof what === 'string' ? event(EventsWithdrawn, { revisions: revisions.filter((each) => each < length), reason: 'It was a mistake.' }) : what;
  await events.append(stream, 'any', [{
    id: randomUUID(), type: made.type.name, schemaVersion: 1, occurredAt: '2024-01-01T00:00:00.000Z', data: made.data,
    metadata: { commandId: randomUUID(), correlationId: randomUUID(), actor: 'tester', source: 'test' },
  }]);
}

async function lengthOf(events: EventStore, stream: string): Promise<number> {
  let length = 0;
  for await (const page of events.readStream(stream)) length += page.length;
  return length;
}

/** What a program would say that reads the whole log, learns what became of each event, and then folds. */
async function expected(events: EventStore): Promise<Record<string, unknown[]>> {
  const log: RecordedEvent[] = [];
  for await (const page of events.readAll()) log.push(...page.events);
  const streams = new Set(log.map(({ stream }) => stream));
  const kept = new Set([...streams].flatMap((stream) => counting(log.filter((each) => each.stream === stream))));
  const end = targetsOf(log.filter(({ type }) => type === 'Aliased' || type === 'Parted'));
  const read = log.filter((each) => kept.has(each)).map((each) => withData(each, { ...each.data, counterId: end((each.data as Counted).counterId) }));
  return Object.fromEntries(views.map((each) => {
    const rows = new Map<string, object | undefined>();
    for (const event of read) for (const key of each.keysOf(event)) rows.set(key, each.fold(rows.get(key), event, key));
    return [each.name, [...rows].filter(([, row]) => row !== undefined).map(([key, row]) => ({ _id: key, ...row })).sort((one, other) => (one._id < other._id ? -1 : 1))];
  }));
}

const running = new Set<Engine>();

async function started(events: EventStore, documents: MemoryDocumentStore, projector = {}): Promise<Engine> {
  const engine = new Engine({ contexts: [context], events, documents, projector });
  running.add(engine);
  await engine.start();
  return engine;
}

async function answers(engine: Engine): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const { name } of views) {
    expect(await engine.projector.reaches(name, await engine.events.head(), 30_000)).toBe(true);
    found[name] = await engine.documents.find(engine.projector.get(name).answering!);
  }
  return found;
}

/** Stores documents and dies before the checkpoint of the n-th write. */
class DyingStore extends MemoryDocumentStore {
  constructor(private readonly survived: MemoryDocumentStore, private left: number) {
    super();
  }

  override load = (collection: string, keys: readonly string[]) => this.survived.load(collection, keys);
  override find = (...args: Parameters<MemoryDocumentStore['find']>) => this.survived.find(...args);
  override scan = (...args: Parameters<MemoryDocumentStore['scan']>) => this.survived.scan(...args);
  override compareAndSet = (...args: Parameters<MemoryDocumentStore['compareAndSet']>) => this.survived.compareAndSet(...args);
  override ensureCollection = (collection: string) => this.survived.ensureCollection(collection);
  override listCollections = () => this.survived.listCollections();
  override async write(batch: readonly CollectionWrites[]): Promise<void> {
    if (this.left-- > 0) return this.survived.write(batch);
    if (this.left === -1) await this.survived.write(batch.filter(({ collection }) => collection !== 'checkpoints'));
    throw new StoreUnavailable('It died.');
  }
}

afterEach(async () => {
  for (const engine of running) await engine.stop();
  running.clear();
});

async function stop(engine: Engine): Promise<void> {
  running.delete(engine);
  await engine.stop();
}

describe('views, when an event changes what earlier ones mean', () => {
  it('are what a reader makes of the whole log, while it grows, after it has grown, and in any pages and partitions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), fc.nat(4), async (steps, pageSize, partitions, waits) => {
        const events = new MemoryEventStore();
        const live = await started(events, new MemoryDocumentStore(), { pageSize, partitions });
        for (const [index, each] of steps.entries()) {
          await append(events, each);
          if (index % 5 < waits) await answers(live);
        }
        const truth = await expected(events);
        expect(await answers(live)).toEqual(truth);
        const rebuilt = await started(events, new MemoryDocumentStore(), { pageSize });
        expect(await answers(rebuilt)).toEqual(truth);
        await rebuilt.projector.rebuild('totals');
        await Promise.all([live, rebuilt].map(stop));
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 120_000);

  it('are the same where the process dies between documents and checkpoint, and history is read in another way when it comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), fc.array(step, { maxLength: 15 }), fc.nat(12), fc.integer({ min: 1, max: 7 }), async (steps, later, writes, pageSize) => {
        const [events, documents] = [new MemoryEventStore(), new MemoryDocumentStore()];
        for (const each of steps) await append(events, each);
        const dying = new Engine({ contexts: [context], events, documents: new DyingStore(documents, writes), projector: { pageSize } });
        // It may die while it starts.
        await dying.start().catch((error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable));
        await dying.projector.reaches('totals', await events.head(), 30);
        await dying.stop();
        for (const each of later) await append(events, each);
        const next = await started(events, documents, { pageSize });
        expect(await answers(next)).toEqual(await expected(events));
        await stop(next);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 120_000);

  it('show, as of a moment, what was known then', async () => {
    const events = new MemoryEventStore();
    const engine = await started(events, new MemoryDocumentStore());
    const at = async (key: string, moment: object) => ((await engine.views.get('totals', key, { moment })).value as { total: number } | undefined)?.total;
    const wait = () => new Promise((resolve) => setTimeout(resolve, 3));
    const now = async () => (await events.readAt([await events.head()]))[0]!.recordedAt;
    await append(events, ['counter', event(Counted, { counterId: 'a', by: 3 })]);
    await append(events, ['counter', event(Counted, { counterId: 'b', by: 4 })]);
    const apart = await now();
    await wait();
    await append(events, ['alias', event(Aliased, { counterId: 'a', to: 'b' })]);
    const together = await now();
    await wait();
    await append(events, ['counter', 'b', [0]]);
    expect([await at('a', { knownAt: apart }), await at('b', { knownAt: apart })]).toEqual([3, 4]);
    expect([await at('a', { knownAt: together }), await at('b', { knownAt: together })]).toEqual([undefined, 7]);
    expect([await at('a', {}), await at('b', {})]).toEqual([undefined, 3]);
    expect((await engine.views.find('amounts', {}, { moment: { knownAt: together } })).value.items.map(({ _id }) => _id)).toEqual(['b/3', 'b/4']);
    expect((await engine.views.get('amounts', 'b/3', { moment: {} })).value).toMatchObject({ times: 1 });
    const { events: told } = (await engine.views.changes('totals', 'b', { from: { knownAt: '2000-01-01T00:00:00.000Z' }, to: {} })).value;
    expect(told.map(({ event: { type }, changes }) => [type, changes.find(({ path }) => path === 'total')?.after])).toEqual([['Counted', 4], ['Aliased', 7], ['EventsWithdrawn', 3]]);
  });

  it('hold no more what an event of the log can no longer be read to say', async () => {
    const events = new MemoryEventStore();
    const forgotten = new Set<string>();
    const forgetting = (made: RecordedEvent) => (forgotten.has((made.data as Counted).counterId) ? withData(made, { ...made.data, by: 0 }) : made);
    const reading: EventStore = {
      append: (...args) => events.append(...args), head: () => events.head(), close: () => events.close(),
      async *readStream(...args) { for await (const page of events.readStream(...args)) yield page.map(forgetting); },
      async *readAll(...args) { for await (const page of events.readAll(...args)) yield { ...page, events: page.events.map(forgetting) }; },
      async *subscribe(...args) { for await (const page of events.subscribe(...args)) yield { ...page, events: page.events.map(forgetting) }; },
      readAt: async (positions) => (await events.readAt(positions)).map(forgetting),
    };
    const engine = await started(reading, new MemoryDocumentStore());
    await append(events, ['counter', event(Counted, { counterId: 'a', by: 3 })]);
    await append(events, ['counter', event(Counted, { counterId: 'b', by: 4 })]);
    expect(await answers(engine)).toMatchObject({ totals: [{ _id: 'a', total: 3 }, { _id: 'b', total: 4 }] });
    forgotten.add('a');
    await append(events, ['alias', event(Forgotten, { counterId: 'a' })]);
    expect(await answers(engine)).toMatchObject({ totals: [{ _id: 'a', total: 0 }, { _id: 'b', total: 4 }], parities: [{ _id: 'all', sum: 4 }, {}, {}] });
  });

  it('let a document go on that waited for an event which is withdrawn', async () => {
    const picky = view<{ sum: number }>('picky', { version: 1 }).key(({ data }) => data['counterId']).on(Counted, (row, { data }) => {
      if (data.by === 9) throw new Error('I do not take 9.');
      return { sum: (row?.sum ?? 0) + data.by };
    });
    const [events, documents] = [new MemoryEventStore(), new MemoryDocumentStore()];
    const engine = new Engine({ contexts: [{ ...context, views: [picky] }], events, documents });
    running.add(engine);
    await engine.start();
    for (const by of [1, 9, 2]) await append(events, ['counter', event(Counted, { counterId: 'a', by })]);
    const here = () => engine.events.head().then((head) => engine.projector.reaches('picky', head, 5_000));
    expect(await here()).toBe(true);
    expect(await engine.projector.deadLetters('picky')).toMatchObject([{ key: 'a', waiting: 2 }]);
    await append(events, ['counter', 'a', [1]]);
    expect(await here()).toBe(true);
    expect(await engine.projector.deadLetters('picky')).toEqual([]);
    expect(await engine.documents.find(engine.projector.get('picky').answering!)).toEqual([{ _id: 'a', sum: 3 }]);
  });
});

describe('an aggregate', () => {
  it('does not know of its events that were withdrawn, whether it is in memory, in a snapshot or in its stream', async () => {
    const [events, documents] = [new MemoryEventStore(), new MemoryDocumentStore()];
    const engine = await started(events, documents);
    for (let turn = 0; turn < 30; turn++) await engine.commands.execute(command(Count, { counterId: 'a', by: 1 }));
    await engine.stop();
    expect(await documents.load('snapshots', ['counter-a'])).not.toEqual(new Map());
    const other = await started(events, documents);
    expect((await other.aggregates.state(Counter, 'a')).state.total).toBe(30);
    await append(events, ['counter', 'a', [0, 1, 29]]);
    const third = await started(events, documents);
    for (const each of [other, third]) expect((await each.aggregates.state(Counter, 'a')).state.total).toBe(27);
    for (const each of [other, third]) await each.commands.execute(command(Count, { counterId: 'a', by: 2 }));
    expect((await pastAggregate(Counter, 'a', {}, events)).state.total).toBe(31);
  });
});
