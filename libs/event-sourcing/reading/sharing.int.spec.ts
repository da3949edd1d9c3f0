import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { Engine } from '../engine.js';
import { view, type AnyView } from '../modelling/view.js';
import type { Document, DocumentStore } from '../ports/document-store.js';
import { StoreUnavailable } from '../ports/event-store.js';
import { command, Count, Counted, counterContext, parities, totals } from '../testing/counter.js';
import { RecordingLog } from '../testing/recording-log.js';
import { NotLive } from './errors.js';
import { type ProjectorOptions } from './projector.js';
import type { ShareProgress } from './progress.js';

const TTL_MS = 200;
const BEAT_MS = 20;

let events: MemoryEventStore;
let documents: MemoryDocumentStore;
let log: RecordingLog;
const running = new Set<Engine>();

/** The store as one process reaches it: it can be cut off, or stopped in the middle of a call. */
class Line {
  cut = false;
  private thaw: (() => void) | undefined;
  private frozen: Promise<void> | undefined;
  /** Collections whose names begin so are not made until then. */
  held: { prefix: string; until: Promise<void> } | undefined;

  to(store: DocumentStore): DocumentStore {
    return new Proxy(store, {
      get: (target, name: keyof DocumentStore) => {
        const method = target[name] as (...args: unknown[]) => unknown;
        if (name === 'scan') return method.bind(target);
        return async (...args: unknown[]) => {
          await this.frozen;
          if (this.held && name === 'ensureCollection' && String(args[0]).startsWith(this.held.prefix)) await this.held.until;
          if (this.cut) throw new StoreUnavailable('The line is cut.');
          return method.apply(target, args);
        };
      },
    });
  }

  freeze(): void {
    this.frozen = new Promise((resolve) => (this.thaw = resolve));
  }

  melt(): void {
    this.frozen = undefined;
    this.thaw?.();
  }
}

async function start(worker: string, options: Partial<ProjectorOptions> = {}, views: readonly AnyView[] = [totals, parities], line = new Line()): Promise<Engine> {
  const projector = { partitions: 4, graceMs: 50, shared: { worker, ttlMs: TTL_MS, beatMs: BEAT_MS }, ...options };
  const engine = new Engine({ contexts: [counterContext(views)], events, documents: line.to(documents), log, projector });
  running.add(engine);
  await engine.start();
  return engine;
}

async function stop(engine: Engine): Promise<void> {
  running.delete(engine);
  await engine.stop();
}

async function count(engine: Engine, times: number): Promise<void> {
  for (let index = 0; index < times; index++) await engine.commands.execute(command(Count, { counterId: `c${index % 20}`, by: 1 }));
}

async function all(engine: Engine, name: string): Promise<Document[]> {
  expect(await engine.projector.reaches(name, await events.head(), 5_000)).toBe(true);
  return documents.find(engine.projector.get(name).answering!);
}

/** The same from an engine that shares with nobody, from the beginning. */
async function rebuilt(views: readonly AnyView[] = [totals, parities]): Promise<Record<string, Document[]>> {
  const alone = new MemoryDocumentStore();
  const engine = new Engine({ contexts: [counterContext(views)], events, documents: alone });
  await engine.start();
  const found: Record<string, Document[]> = {};
  for (const { name } of views) {
    expect(await engine.projector.reaches(name, await events.head(), 5_000)).toBe(true);
    found[name] = await alone.find(engine.projector.get(name).answering!);
  }
  await engine.stop();
  return found;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not come about within 8 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const holders = async (): Promise<unknown[]> => (await documents.find('leases', { filter: { kind: 'share' }, sort: { share: 1 } })).map(({ worker }) => worker);
const dividedBetween = (...workers: string[]) => until(async () => {
  const held = await holders();
  return held.length === 4 && workers.every((worker) => held.filter((each) => each === worker).length === 4 / workers.length);
});

beforeEach(() => {
  events = new MemoryEventStore();
  documents = new MemoryDocumentStore();
  log = new RecordingLog();
});

afterEach(async () => {
  for (const engine of running) await stop(engine);
});

describe('workers that share views', () => {
  it('fold each its part, and everybody can ask for all of it', async () => {
    const one = await start('one');
    const two = await start('two');
    const asked = await start('asked', { feed: false });
    await dividedBetween('one', 'two');
    await count(asked, 60);
    const expected = await rebuilt();
    for (const engine of [one, two, asked]) for (const name of ['totals', 'parities']) expect(await all(engine, name)).toEqual(expected[name]);
    expect((await asked.projector.status()).views.map(({ view, state, partitions }) => [view, state, partitions])).toEqual([['totals', 'live', 4], ['parities', 'live', 4], ['trails', 'live', 4]]);
  });

  it('take over what another leaves', async () => {
    const one = await start('one');
    const two = await start('two');
    await dividedBetween('one', 'two');
    await count(two, 30);
    await stop(one);
    await dividedBetween('two');
    await count(two, 30);
    expect(await all(two, 'totals')).toEqual((await rebuilt())['totals']);
  });

  it('take over from one that is cut off, which then writes nothing, and gets its part again when it is back', async () => {
    const line = new Line();
    await start('one', {}, [totals, parities], line);
    const two = await start('two');
    await dividedBetween('one', 'two');
    await count(two, 30);
    line.cut = true;
    await dividedBetween('two');
    await count(two, 30);
    const expected = await rebuilt();
    expect(await all(two, 'totals')).toEqual(expected['totals']);
    line.cut = false;
    await dividedBetween('one', 'two');
    await count(two, 30);
    expect(await all(two, 'parities')).toEqual((await rebuilt())['parities']);
  });

  it('are not disturbed by one that was stopped in the middle of a write and goes on late', async () => {
    const line = new Line();
    await start('one', {}, [totals, parities], line);
    const two = await start('two');
    await dividedBetween('one', 'two');
    line.freeze();
    await count(two, 30);
    await dividedBetween('two');
    await count(two, 30);
    const before = await all(two, 'totals');
    line.melt();
    await dividedBetween('one', 'two');
    expect(await all(two, 'totals')).toEqual(before);
    expect(before).toEqual((await rebuilt())['totals']);
  });
});

describe('a worker', () => {
  it('keeps what it has while the store is slow with what it takes', async () => {
    const line = new Line();
    let goOn!: () => void;
    line.held = { prefix: 'totals_v', until: new Promise((resolve) => (goOn = resolve)) };
    await start('one', {}, [totals, parities], line);
    await dividedBetween('one');
    const beatOfShare = async () => (await documents.find('leases', { filter: { kind: 'share', share: 3 } }))[0]!['beat'] as number;
    const before = await beatOfShare();
    await until(async () => (await beatOfShare()) > before + (2 * TTL_MS) / BEAT_MS);
    const two = await start('two');
    await dividedBetween('one', 'two');
    goOn();
    await count(two, 30);
    expect(await all(two, 'totals')).toEqual((await rebuilt())['totals']);
  });

  it('keeps what it has while something that all were told takes long, as the index of a new build may', async () => {
    const line = new Line();
    const one = await start('one');
    const two = await start('two', {}, [totals, parities], line);
    await dividedBetween('one', 'two');
    await count(one, 20);
    let goOn!: () => void;
    line.held = { prefix: 'totals_v1_g2', until: new Promise((resolve) => (goOn = resolve)) };
    await one.projector.rebuild('totals');
    const beatOf = async (worker: string) => (await documents.find('leases', { filter: { kind: 'worker', worker } }))[0]!['beat'] as number;
    const before = [await beatOf('one'), await beatOf('two')];
    await until(async () => (await beatOf('one')) > before[0]! + (3 * TTL_MS) / BEAT_MS);
    expect(await beatOf('two')).toBeGreaterThan(before[1]! + TTL_MS / BEAT_MS);
    await dividedBetween('one', 'two');
    goOn();
    await count(two, 30);
    expect(await all(two, 'totals')).toEqual((await rebuilt())['totals']);
  });

  it('corrects what another one told late of its share', async () => {
    const one = await start('one');
    await dividedBetween('one');
    await count(one, 20);
    await all(one, 'totals');
    const [late] = await stored();
    const { _id: key, count: told, ...progress } = late as ShareProgress & { _id: string; count: number };
    await documents.write([{ collection: 'progress', writes: [{ key, position: told + 5, document: { ...progress, count: told + 5, trouble: 'Long ago.', views: {} } }] }]);
    const asked = await start('asked', { feed: false });
    expect(await asked.projector.reaches('totals', await events.head(), 5_000)).toBe(true);
    await until(async () => (await asked.projector.status()).trouble === undefined);
  });

  it('does not take over the trouble that an earlier deployment told last', async () => {
    const one = await start('one');
    await dividedBetween('one');
    await documents.write([{ collection: 'progress', writes: [{ key: 'earlier/0', position: 1, document: { share: 0, count: 1, trouble: 'Long ago.', views: {} } }] }]);
    expect((await one.projector.status()).trouble).toBeUndefined();
  });
});

describe('an operator at any process', () => {
  it('lets a view rest and go on in all of them', async () => {
    const [one, two] = [await start('one'), await start('two')];
    const asked = await start('asked', { feed: false });
    await dividedBetween('one', 'two');
    await asked.projector.pause('totals');
    await until(async () => (await stored()).every(({ views }) => views['totals']?.live?.joined === false));
    await count(one, 20);
    expect(await asked.projector.reaches('totals', await events.head(), 100)).toBe(false);
    await asked.projector.resume('totals');
    expect(await all(two, 'totals')).toEqual((await rebuilt())['totals']);
  });

  it('has a view rebuilt by all of them, which takes over once', async () => {
    const [one, two] = [await start('one'), await start('two')];
    const asked = await start('asked', { feed: false });
    await dividedBetween('one', 'two');
    await count(one, 40);
    await all(asked, 'totals');
    const before = asked.projector.get('totals').answering!;
    await asked.projector.rebuild('totals');
    await count(one, 40);
    for (const engine of [one, two, asked]) await until(() => engine.projector.get('totals').answering !== before);
    const after = [one, two, asked].map(({ projector }) => projector.get('totals').answering);
    expect(new Set(after)).toEqual(new Set(['totals_v1_g2']));
    expect(await all(asked, 'totals')).toEqual((await rebuilt())['totals']);
    await until(async () => !(await documents.listCollections()).includes(before));
  });

  it('has dead letters tried again where they are', async () => {
    const broken = { is: true };
    const picky = view<{ events: number }>('picky', { version: 1 }).key(({ data }) => data['counterId']).on(Counted, (row, { data }) => {
      if (broken.is && data.counterId === 'c3') throw new Error('Not c3.');
      return { events: (row?.events ?? 0) + 1 };
    });
    const one = await start('one', {}, [picky]);
    await start('two', {}, [picky]);
    const asked = await start('asked', { feed: false }, [picky]);
    await dividedBetween('one', 'two');
    await count(one, 40);
    await all(asked, 'picky');
    expect(await asked.projector.deadLetters('picky')).toMatchObject([{ key: 'c3', waiting: 2 }]);
    for (const { projector } of [one, asked]) expect((await projector.status()).views.find((each) => each.view === 'picky')).toMatchObject({ deadLetters: 1 });
    expect(await asked.projector.retry('picky')).toEqual({ released: 0, waiting: 1 });
    broken.is = false;
    expect(await asked.projector.retry('picky')).toEqual({ released: 1, waiting: 0 });
    expect((await all(asked, 'picky')).every(({ events: folded }) => folded === 2)).toBe(true);
    await asked.projector.pause('picky');
    await until(async () => (await stored()).every(({ views }) => views['picky']?.live?.joined === false));
    await expect(asked.projector.retry('picky')).rejects.toThrow(NotLive);
  });
});

describe('a new version of a view', () => {
  const counts = (version: number) => view<{ n: number; version: number }>('counts', { version })
    .key(({ data }) => data['counterId'])
    .on(Counted, (row) => ({ n: (row?.n ?? 0) + 1, version }));

  it('is built by the workers that know it, beside the one that answers, while others run on', async () => {
    const old = [await start('old 1', {}, [counts(1)]), await start('old 2', {}, [counts(1)])];
    await dividedBetween('old 1', 'old 2');
    await count(old[0]!, 40);
    expect((await all(old[0]!, 'counts')).every(({ version }) => version === 1)).toBe(true);
    const fresh = [await start('new 1', {}, [counts(2)]), await start('new 2', {}, [counts(2)])];
    await count(old[1]!, 40);
    for (const engine of [...fresh, ...old]) await until(() => engine.projector.get('counts').answering === 'counts_v2_g2');
    const restarted = await start('old 3', {}, [counts(1)]);
    await count(restarted, 20);
    const rows = await all(fresh[1]!, 'counts');
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, () => 5));
    expect(rows.every(({ version }) => version === 2)).toBe(true);
    await until(async () => !(await documents.listCollections()).includes('counts_v1_g1'));
    expect(restarted.projector.get('counts').answering).toBe('counts_v2_g2');
  });
});

async function stored(): Promise<ShareProgress[]> {
  return (await documents.find('progress')) as unknown as ShareProgress[];
}
