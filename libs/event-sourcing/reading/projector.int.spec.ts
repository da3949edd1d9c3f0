import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type EngineOptions } from '../engine.js';
import { view, type AnyView } from '../modelling/view.js';
import { InvalidQuery, type Document, type IndexSpec } from '../ports/document-store.js';
import { StoreUnavailable } from '../ports/event-store.js';
import { command, Count, Counted, counterContext, parities, totals, type TotalRow } from '../testing/counter.js';
import { FaultyEventStore } from '../testing/faulty-event-store.js';
import { RecordingLog } from '../testing/recording-log.js';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { BuildUnderWay, NotLive, UnknownView } from './errors.js';
import { NotYetThere } from './view-question.js';

let events: FaultyEventStore;
let documents: MemoryDocumentStore;
let log: RecordingLog;
const running = new Set<Engine>();

async function start(views: readonly AnyView[] = [totals, parities], options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = new Engine({ contexts: [counterContext(views)], events, documents, log, ...options });
  running.add(engine);
  await engine.start();
  return engine;
}

async function stop(engine: Engine): Promise<void> {
  running.delete(engine);
  await engine.stop();
}

const countOn = (engine: Engine, counterId: string, by: number) => engine.commands.execute(command(Count, { counterId, by }));

/** Every document of a view, once it has come to the end of the log. */
async function all(engine: Engine, name: string): Promise<Document[]> {
  expect(await engine.projector.reaches(name, await events.head(), 5_000)).toBe(true);
  return documents.find(engine.projector.get(name).answering!);
}

async function statusOf(engine: Engine, name: string) {
  return (await engine.projector.status()).views.find(({ view: each }) => each === name)!;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not come about within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Takes no event with this amount as long as it is broken. */
function picky(by: number, broken: { is: boolean }, version = 1): AnyView {
  return view<{ sum: number[] }>('picky', { version })
    .key(({ data }) => data['counterId'])
    .on(Counted, (row, { data }) => {
      if (broken.is && data.by === by) throw new Error(`I do not take ${by}.`);
      return { sum: [...(row?.sum ?? []), data.by] };
    });
}

beforeEach(() => {
  events = new FaultyEventStore(new MemoryEventStore());
  documents = new MemoryDocumentStore();
  log = new RecordingLog();
});

afterEach(async () => {
  for (const engine of running) await stop(engine);
});

describe('a view', () => {
  it('holds what happened before and after it was started', async () => {
    const writer = await start([]);
    await countOn(writer, 'a', 2);
    const engine = await start();
    await countOn(engine, 'a', 3);
    await countOn(engine, 'b', 1);
    expect(await all(engine, 'totals')).toMatchObject([
      { _id: 'a', total: 5, events: 2 },
      { _id: 'b', total: 1, events: 1 },
    ]);
  });

  it('goes on after a restart where it stopped, and folds nothing twice', async () => {
    const first = await start();
    await countOn(first, 'a', 2);
    await all(first, 'totals');
    await stop(first);
    const second = await start();
    await countOn(second, 'a', 3);
    expect(await all(second, 'totals')).toMatchObject([{ _id: 'a', total: 5, events: 2 }]);
  });

  it('folds nothing twice when its checkpoints are lost and the whole log comes again', async () => {
    const first = await start();
    for (const by of [1, 2, 3]) await countOn(first, 'a', by);
    const before = await all(first, 'totals');
    await stop(first);
    await documents.dropCollection('checkpoints');
    const second = await start();
    expect(await all(second, 'totals')).toEqual(before);
  });

  it('drops a document whose fold gives none, and makes it anew', async () => {
    const engine = await start();
    for (const by of [13, 5]) await countOn(engine, 'a', by);
    expect(await all(engine, 'parities')).toEqual([
      { _id: 'all', ids: 1, sum: 5 },
      { _id: 'odd', ids: 1, sum: 5 },
    ]);
  });

  it('is the same in any number of partitions, pages and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ counter: fc.nat(5), by: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(30),
        async (sent, partitions, pageSize, stopAfter) => {
          events = new FaultyEventStore(new MemoryEventStore());
          documents = new MemoryDocumentStore();
          let engine = await start([totals, parities], { projector: { partitions, pageSize } });
          for (const [index, { counter, by }] of sent.entries()) {
            await countOn(engine, `c${counter}`, by);
            if (index !== stopAfter) continue;
            await stop(engine);
            engine = await start([totals, parities], { projector: { partitions, pageSize } });
          }
          const split = [await all(engine, 'totals'), await all(engine, 'parities')];
          await stop(engine);
          documents = new MemoryDocumentStore();
          const whole = await start();
          expect([await all(whole, 'totals'), await all(whole, 'parities')]).toEqual(split);
          await stop(whole);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a query', () => {
  it('that asks for a position waits until the view is there', async () => {
    const engine = await start();
    const { position } = await countOn(engine, 'a', 2);
    const answer = await engine.views.get('totals', 'a', { after: position });
    expect(answer.value).toMatchObject({ _id: 'a', total: 2 });
    expect(answer.position).toBeGreaterThanOrEqual(position);
  });

  it('gives up waiting in time and tells how far the view is', async () => {
    const engine = await start();
    const { position } = await countOn(engine, 'a', 2);
    const late = engine.views.get('totals', 'a', { after: position + 1_000, timeoutMs: 30 });
    await expect(late).rejects.toThrow(NotYetThere);
  });

  it('pages through a list by cursor', async () => {
    const engine = await start();
    for (let index = 0; index < 7; index++) await countOn(engine, `c${index}`, (index % 3) + 1);
    await all(engine, 'totals');
    const seen: unknown[] = [];
    for (let cursor: string | undefined; ; ) {
      const { value } = await engine.views.find('totals', { sort: { total: -1 }, limit: 3, ...(cursor !== undefined && { cursor }) });
      seen.push(...value.items.map(({ _id, total }) => `${String(_id)} ${String(total)}`));
      if (value.next === undefined) break;
      cursor = value.next;
    }
    expect(seen).toEqual(['c2 3', 'c5 3', 'c1 2', 'c4 2', 'c0 1', 'c3 1', 'c6 1']);
  });

  it('keeps its order where it asks for some fields only', async () => {
    const engine = await start();
    for (const [counter, by] of [['a', 1], ['b', 3], ['c', 2]] as const) await countOn(engine, counter, by);
    await all(engine, 'totals');
    const { value } = await engine.views.find('totals', { sort: { total: -1 }, projection: { total: 1 } });
    expect(value.items).toEqual([{ _id: 'b', total: 3 }, { _id: 'c', total: 2 }, { _id: 'a', total: 1 }]);
  });

  it('aggregates', async () => {
    const engine = await start();
    for (const by of [1, 2, 3]) await countOn(engine, `c${by}`, by);
    await all(engine, 'totals');
    const { value } = await engine.views.aggregate('totals', [{ $group: { _id: null, sum: { $sum: '$total' } } }]);
    expect(value).toEqual([{ _id: null, sum: 6 }]);
  });

  it('says what is wrong with it', async () => {
    const engine = await start();
    await expect(engine.views.get('nothing', 'a')).rejects.toThrow(UnknownView);
    await expect(engine.views.find('totals', { limit: 0 })).rejects.toThrow('1 to 1000');
    await expect(engine.views.find('totals', { filter: { $nonsense: 1 } })).rejects.toThrow(InvalidQuery);
    await expect(engine.views.report('totals', 'nothing')).rejects.toThrow(InvalidQuery);
  });
});

describe('fields of the moment', () => {
  let now = new Date('2026-01-01T00:00:00.000Z');
  const aged = view<TotalRow>('aged', { version: 1 })
    .key(({ data }) => data['counterId'])
    .on(Counted, (row, { data, occurredAt }) => ({ total: (row?.total ?? 0) + data.by, events: 0, closed: false, last: occurredAt }))
    .computed({
      fields: ['days', 'big'],
      parameters: async (read) => ({ most: Math.max(0, ...(await read.find(totals)).map(({ total }) => total)) }),
      compute: (row, at, { most }) => ({
        ...row,
        days: Math.floor((Date.parse(at) - Date.parse(row.last)) / 86_400_000),
        big: row.total === most,
      }),
    })
    .report('days', { summary: 'Sum of days', run: async (rows) => {
      let sum = 0;
      for await (const { days } of rows) sum += days;
      return { sum };
    } });

  const startAged = async () => {
    now = new Date('2026-01-10T00:00:00.000Z');
    const engine = await start([totals, aged], { clock: { now: () => now } });
    for (const [counterId, by, day] of [['a', 1, '01'], ['b', 2, '03'], ['c', 3, '05']] as const) {
      await engine.commands.execute(command(Count, { counterId, by, occurredAt: `2026-01-${day}` }));
    }
    await all(engine, 'aged');
    await all(engine, 'totals');
    return engine;
  };

  it('are right at the moment of the question, without any event', async () => {
    const engine = await startAged();
    expect((await engine.views.get('aged', 'a')).value).toMatchObject({ days: 9, big: false });
    now = new Date('2026-01-20T00:00:00.000Z');
    expect((await engine.views.get('aged', 'a')).value).toMatchObject({ days: 19 });
  });

  it('can be filtered, sorted, counted, aggregated and reported', async () => {
    const engine = await startAged();
    const ids = async (query: object) => (await engine.views.find('aged', query)).value.items.map(({ _id }) => _id);
    expect(await ids({ filter: { days: { $gte: 7 } } })).toEqual(['a', 'b']);
    expect(await ids({ sort: { days: 1 }, limit: 2 })).toEqual(['c', 'b']);
    expect(await ids({ filter: { total: { $lte: 2 }, big: false }, sort: { total: -1 } })).toEqual(['b', 'a']);
    expect((await engine.views.count('aged', { big: true })).value).toBe(1);
    expect((await engine.views.aggregate('aged', [{ $match: { big: false } }, { $group: { _id: null, days: { $sum: '$days' } } }])).value).toEqual([{ _id: null, days: 16 }]);
    expect((await engine.views.report('aged', 'days')).value).toEqual({ sum: 21 });
  });

  it('follow the views that their parameters were read from', async () => {
    const engine = await startAged();
    expect((await engine.views.get('aged', 'c')).value).toMatchObject({ big: true });
    await engine.commands.execute(command(Count, { counterId: 'a', by: 9, occurredAt: '2026-01-06' }));
    await all(engine, 'totals');
    await all(engine, 'aged');
    expect((await engine.views.get('aged', 'c')).value).toMatchObject({ big: false });
  });
});

describe('a paused view', () => {
  it('answers from what it has, folds nothing, also after a restart, and catches up when it is resumed', async () => {
    const first = await start();
    await countOn(first, 'a', 2);
    await all(first, 'totals');
    await first.projector.pause('totals');
    await countOn(first, 'a', 3);
    await all(first, 'parities');
    expect((await first.views.get('totals', 'a')).value).toMatchObject({ total: 2 });
    expect(await statusOf(first, 'totals')).toMatchObject({ state: 'paused' });
    await stop(first);

    const second = await start();
    await all(second, 'parities');
    expect((await second.views.get('totals', 'a')).value).toMatchObject({ total: 2 });
    await second.projector.resume('totals');
    expect(await all(second, 'totals')).toMatchObject([{ total: 5 }]);
    await until(async () => (await statusOf(second, 'totals')).state === 'live');
  });
});

describe('a rebuild', () => {
  it('fills beside the live view and swaps, while commands keep coming and queries are answered', async () => {
    const engine = await start([totals, parities], { projector: { pageSize: 3, graceMs: 10 } });
    for (let index = 0; index < 40; index++) await countOn(engine, `c${index % 4}`, 1);
    const before = await all(engine, 'totals');
    const collection = engine.projector.get('totals').answering;
    await engine.projector.rebuild('totals');
    await expect(engine.projector.rebuild('totals')).rejects.toThrow(BuildUnderWay);
    expect((await engine.views.get('totals', 'c0')).value).toEqual(before[0]);
    for (let index = 0; index < 20; index++) {
      const { position } = await countOn(engine, 'c0', 1);
      expect((await engine.views.get('totals', 'c0', { after: position })).value).toMatchObject({ total: 11 + index });
    }
    await until(() => engine.projector.get('totals').answering !== collection);
    expect(await all(engine, 'totals')).toMatchObject([{ total: 30, events: 30 }, { total: 10 }, { total: 10 }, { total: 10 }]);
    await until(async () => !(await documents.listCollections()).includes(collection!));
    expect(await statusOf(engine, 'totals')).toMatchObject({ generation: 2, state: 'live' });
  });

  it('makes the indexes when the documents are there, and before they answer', async () => {
    const engine = await start([totals]);
    await countOn(engine, 'a', 1);
    await all(engine, 'totals');
    const before = engine.projector.get('totals').answering;
    const made: { indexes: number; documents: number; answering: boolean }[] = [];
    const ensureCollection = documents.ensureCollection.bind(documents);
    documents.ensureCollection = async (collection: string, indexes: readonly IndexSpec[] = []) => {
      made.push({ indexes: indexes.length, documents: await documents.count(collection), answering: engine.projector.get('totals').answering === collection });
      return ensureCollection(collection);
    };
    await engine.projector.rebuild('totals');
    await until(() => engine.projector.get('totals').answering !== before);
    expect(made).toEqual([
      { indexes: 0, documents: 0, answering: false },
      { indexes: 1, documents: 1, answering: false },
    ]);
  });

  it('leaves a view that keeps what a document held, also where others of the same page push it out of memory', async () => {
    const engine = await start([totals]);
    const countEach = async (from: number, to: number) => {
      for (let id = from; id < to; id++) await countOn(engine, `c${id}`, 1);
    };
    await countEach(0, 3_000);
    await all(engine, 'totals');
    const before = engine.projector.get('totals').answering;
    await engine.projector.rebuild('totals');
    await until(() => engine.projector.get('totals').answering !== before);
    await countEach(0, 2_000);
    await all(engine, 'totals');
    await engine.projector.pause('totals');
    await countEach(0, 1);
    await countEach(2_000, 2_999);
    await engine.projector.resume('totals');
    const rows = await all(engine, 'totals');
    expect(rows).toHaveLength(3_000);
    expect(rows.filter(({ total }) => total !== 2).map(({ _id, total }) => [_id, total])).toEqual([['c0', 3], ['c2999', 1]]);
  });

  it('in more partitions feeds none from the beginning of the log that nothing answers from yet', async () => {
    const before = await start([totals]);
    for (const counterId of ['a', 'b', 'c', 'd']) await countOn(before, counterId, 1);
    await all(before, 'totals');
    await stop(before);
    const fed: (number | undefined)[] = [];
    const subscribe = events.subscribe.bind(events);
    events.subscribe = (options) => (fed.push(options?.after), subscribe(options));
    const engine = await start([totals], { projector: { partitions: 4, graceMs: 0 } });
    await engine.projector.rebuild('totals');
    await until(async () => (await statusOf(engine, 'totals')).partitions === 4 && (await statusOf(engine, 'totals')).state === 'live');
    expect(await all(engine, 'totals')).toHaveLength(4);
    const head = await events.head();
    expect(fed).toEqual([head, head, head, head]);
  });

  it('repairs documents that were damaged', async () => {
    const engine = await start();
    const { position } = await countOn(engine, 'a', 2);
    await all(engine, 'totals');
    const collection = engine.projector.get('totals').answering!;
    await documents.compareAndSet(collection, { key: 'a', document: { total: 666 }, position }, position);
    await engine.projector.rebuild('totals');
    await until(() => engine.projector.get('totals').answering !== collection);
    expect(await all(engine, 'totals')).toMatchObject([{ _id: 'a', total: 2 }]);
  });

  it('stops at the first error, tells it, and leaves the live view as it is', async () => {
    const broken = { is: false };
    const engine = await start([picky(3, broken)]);
    for (const by of [2, 3, 4]) await countOn(engine, 'a', by);
    await all(engine, 'picky');
    broken.is = true;
    await engine.projector.rebuild('picky');
    await until(async () => (await statusOf(engine, 'picky')).building?.error !== undefined);
    expect((await statusOf(engine, 'picky')).building?.error).toContain('I do not take 3.');
    expect(await all(engine, 'picky')).toEqual([{ _id: 'a', sum: [2, 3, 4] }]);
    broken.is = false;
    await engine.projector.rebuild('picky');
    await until(async () => (await statusOf(engine, 'picky')).generation === 3);
    expect(await all(engine, 'picky')).toEqual([{ _id: 'a', sum: [2, 3, 4] }]);
  });
});

describe('a new version of a view', () => {
  it('is built beside the old one, which answers until it takes over', async () => {
    const first = await start();
    await countOn(first, 'a', 2);
    await all(first, 'totals');
    await stop(first);

    const doubled = view<{ twice: number }>('totals', { version: 2 })
      .key(({ data }) => data['counterId'])
      .on(Counted, (row, { data }) => ({ twice: (row?.twice ?? 0) + 2 * data.by }));
    const second = await start([doubled]);
    const { position } = await countOn(second, 'a', 3);
    expect((await second.views.get('totals', 'a', { after: position })).value).toEqual({ _id: 'a', twice: 10 });
    expect(await statusOf(second, 'totals')).toMatchObject({ version: 2, state: 'live' });
  });
});

describe('an event that a fold cannot take', () => {
  it('parks its document, tells so, and lets the others go on', async () => {
    const broken = { is: true };
    const engine = await start([picky(3, broken)]);
    for (const [counter, by] of [['a', 2], ['a', 3], ['a', 4], ['b', 1]] as const) await countOn(engine, counter, by);
    expect(await all(engine, 'picky')).toEqual([
      { _id: 'a', sum: [2] },
      { _id: 'b', sum: [1] },
    ]);
    expect(await statusOf(engine, 'picky')).toMatchObject({ deadLetters: 1, state: 'live' });
    const [letter] = await engine.projector.deadLetters('picky');
    expect(letter).toMatchObject({ key: 'a', waiting: 2, attempts: 1, error: 'I do not take 3.', event: { type: 'Counted', revision: 1 } });
    expect(log.having('waits as a dead letter')[0]!.fields).toMatchObject({ view: 'picky', key: 'a', type: 'Counted' });
  });

  it('is folded in order by a retry, with all that waited behind it', async () => {
    const broken = { is: true };
    const engine = await start([picky(3, broken)]);
    for (const by of [2, 3, 4]) await countOn(engine, 'a', by);
    await all(engine, 'picky');
    expect(await engine.projector.retry('picky')).toEqual({ released: 0, waiting: 1 });
    expect(await engine.projector.deadLetters('picky')).toMatchObject([{ key: 'a', attempts: 2, waiting: 2 }]);
    broken.is = false;
    expect(await engine.projector.retry('picky', 'a')).toEqual({ released: 1, waiting: 0 });
    await countOn(engine, 'a', 5);
    expect(await all(engine, 'picky')).toEqual([{ _id: 'a', sum: [2, 3, 4, 5] }]);
    expect(await documents.count('dead_letters')).toBe(0);
  });

  it('still waits after a restart', async () => {
    const broken = { is: true };
    const first = await start([picky(3, broken)]);
    for (const by of [2, 3]) await countOn(first, 'a', by);
    await all(first, 'picky');
    await stop(first);
    const second = await start([picky(3, broken)]);
    await countOn(second, 'a', 4);
    expect(await all(second, 'picky')).toEqual([{ _id: 'a', sum: [2] }]);
    broken.is = false;
    await second.projector.retry('picky');
    expect(await all(second, 'picky')).toEqual([{ _id: 'a', sum: [2, 3, 4] }]);
  });

  it('cannot be retried while its view rests', async () => {
    const engine = await start([picky(3, { is: true })]);
    await engine.projector.pause('picky');
    await expect(engine.projector.retry('picky')).rejects.toThrow(NotLive);
  });

  it('stops only its own view where even its documents cannot be told', async () => {
    const lost = { is: true };
    const keyless = view<{ n: number }>('keyless', { version: 1 }).on(
      Counted,
      ({ data }) => {
        if (lost.is) throw new Error('Whose is this?');
        return data.counterId;
      },
      (row) => ({ n: (row?.n ?? 0) + 1 }),
    );
    const engine = await start([keyless, totals]);
    await countOn(engine, 'a', 1);
    expect(await all(engine, 'totals')).toMatchObject([{ total: 1 }]);
    expect(await statusOf(engine, 'keyless')).toMatchObject({ state: 'failed', error: expect.stringContaining('Whose is this?') as unknown });
    lost.is = false;
    await engine.projector.resume('keyless');
    await countOn(engine, 'a', 1);
    expect(await all(engine, 'keyless')).toEqual([{ _id: 'a', n: 2 }]);
  });
});

describe('when a store fails', () => {
  it('a subscription that drops is taken up without a gap or a double, and said once', async () => {
    let drops = 3;
    events.onSubscriptionPage = () => {
      if (drops-- > 0) throw new StoreUnavailable('The subscription was dropped.');
    };
    const engine = await start();
    for (let index = 0; index < 10; index++) await countOn(engine, 'a', 1);
    expect(await all(engine, 'totals')).toMatchObject([{ total: 10, events: 10 }]);
    expect(log.having('views are not fed')).toHaveLength(1);
    await until(() => log.having('views are fed again').length === 1);
  });

  it('a rebuild whose documents cannot be written for a while takes over later', async () => {
    const engine = await start();
    for (let index = 0; index < 10; index++) await countOn(engine, 'a', 1);
    await all(engine, 'totals');
    const before = engine.projector.get('totals').answering;
    const write = documents.write.bind(documents);
    let refusals = 3;
    documents.write = (batch) => (refusals-- > 0 ? Promise.reject(new StoreUnavailable('The disk is full.')) : write(batch));
    await engine.projector.rebuild('totals');
    await until(() => engine.projector.get('totals').answering !== before);
    expect(await all(engine, 'totals')).toMatchObject([{ total: 10, events: 10 }]);
    expect(refusals).toBeLessThanOrEqual(0);
  });

  it('documents that cannot be written are written later', async () => {
    const engine = await start();
    await countOn(engine, 'a', 1);
    await all(engine, 'totals');
    const write = documents.write.bind(documents);
    documents.write = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    const { position } = await countOn(engine, 'a', 1);
    await until(() => log.having('views are not fed').length === 1);
    expect((await engine.projector.status()).trouble).toContain('The disk is full.');
    documents.write = write;
    expect((await engine.views.get('totals', 'a', { after: position })).value).toMatchObject({ total: 2, events: 2 });
    await until(async () => (await engine.projector.status()).trouble === undefined);
  });
});

it('two views of one name are refused', () => {
  expect(() => new Engine({ contexts: [counterContext([totals, totals])], events, documents })).toThrow('Two views are called totals');
});
