import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreUnavailable, type EventPage } from '#event-sourcing';
import { DataFolder } from '../data-folder.js';
import { DamagedStore } from '../faults.js';
import { SqliteEventStore } from './sqlite-event-store.js';
import { checkIndex, happened, openFolder, openStore, readAll, readStream, removeFolders, reopenStore } from './testing.js';

const LARGE = { text: 'x'.repeat(20_000) };

afterAll(removeFolders);

describe('a full file', () => {
  it('refuses appends, goes on reading, and takes appends again when it may grow', async () => {
    let store = await openStore({ maxBytes: 400_000, segmentSize: 5 });
    const { acknowledged, error } = await appendUntilRefused(store);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error.message).toMatch(/events\.db: the disk is full; free some space/);
    expect(error.cause).toBeInstanceOf(Error);
    expect((await readStream(store, 'customer-1')).map(({ id }) => id)).toEqual(acknowledged);
    await expect(store.append('customer-2', 'none', [happened(LARGE), happened(LARGE)])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await readStream(store, 'customer-2')).toEqual([]);

    store = await reopenStore(store, { maxBytes: undefined });
    const { revision, position } = await store.append('customer-1', acknowledged.length - 1, [happened(LARGE)]);
    expect(revision).toBe(acknowledged.length);
    expect(position).toBe(acknowledged.length + 1);
    checkIndex(store);
    await store.close();
  });

  it('refuses every append of the group that did not fit, and none of it is stored', async () => {
    const store = await openStore({ maxBytes: 200_000 });
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => store.append(`customer-${i}`, 'none', [happened(LARGE)])));
    expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable)).toBe(true);
    expect(await readAll(store)).toEqual([]);
    const events = [happened()];
    const first = await store.append('customer-1', 'none', events);
    expect(await store.append('customer-1', 'none', events)).toEqual({ ...first, repeated: true });
    await store.close();
  });
});

const small = mkdtempSync(join(tmpdir(), 'event-store-'));
const mounted = mount(small);
afterAll(() => {
  if (mounted) execFileSync('umount', ['--lazy', small]);
  rmSync(small, { recursive: true });
});

// Only who may mount a small file system can fill one.
(mounted ? describe : describe.skip)('a full disk', () => {
  it('keeps what was acknowledged; appends and subscriptions go on when there is space again', async () => {
    const filler = join(small, 'filler');
    writeFileSync(filler, Buffer.alloc(1_000_000));
    const folder = await DataFolder.open(join(small, 'data'));
    const store = await SqliteEventStore.open({ folder, segmentSize: 5 });
    const abort = new AbortController();
    const live = store.subscribe({ signal: abort.signal })[Symbol.asyncIterator]();

    const { acknowledged, error } = await appendUntilRefused(store);
    expect(error).toBeInstanceOf(StoreUnavailable);
    await expect(store.append('customer-1', 'exists', [happened(LARGE)])).rejects.toBeInstanceOf(StoreUnavailable);
    expect((await readStream(store, 'customer-1')).map(({ id }) => id)).toEqual(acknowledged);

    rmSync(filler);
    const last = happened(LARGE);
    await store.append('customer-1', acknowledged.length - 1, [last]);
    const seen: string[] = [];
    while (seen.length <= acknowledged.length) seen.push(...((await live.next()).value as EventPage).events.map(({ id }) => id));
    expect(seen).toEqual([...acknowledged, last.id]);
    abort.abort();
    checkIndex(store);
    await store.close();
    await folder.close();
  });
});

describe('a writing thread that stops', () => {
  it('fails the appends under way, and the next append starts another', async () => {
    const store = await openStore({ segmentSize: 5 });
    await store.append('customer-1', 'none', [happened()]);
    const events = Array.from({ length: 20 }, () => happened());
    const append = () => store.append('customer-1', 0, events);
    const underWay = append();
    await stopWriting(store);
    await expect(underWay).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(underWay).rejects.toThrow(/the next append starts another/);

    expect(await append()).toEqual({ revision: 20, position: 21 });
    expect((await readStream(store, 'customer-1')).slice(1).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    await store.append('customer-2', 'none', [happened()]);
    checkIndex(store);
    await store.close();
  });

  it('after the commit and before the answer: the append sent again gets the first answer', async () => {
    const store = await openStore({ segmentSize: 5 });
    const reader = store.subscribe()[Symbol.asyncIterator]();
    await reader.next();
    const writer = store['writer'];
    const commit = writer.commit.bind(writer);
    writer.commit = async (events) => {
      await commit(events);
      throw new StoreUnavailable('stopped before the answer');
    };
    const events = [happened(), happened()];
    await expect(store.append('customer-1', 'none', events)).rejects.toBeInstanceOf(StoreUnavailable);
    writer.commit = commit;
    expect(await store.append('customer-1', 'none', events)).toEqual({ revision: 1, position: 2, repeated: true });
    expect(await store.append('customer-1', 1, [happened()])).toEqual({ revision: 2, position: 3 });
    const seen: string[] = [];
    while (seen.length < 3) seen.push(...((await reader.next()).value as EventPage).events.map(({ id }) => id));
    expect(seen.slice(0, 2)).toEqual(events.map(({ id }) => id));
    checkIndex(store);
    await store.close();
  });

  it('is replaced when it stopped while nothing was under way', async () => {
    const store = await openStore();
    await store.append('customer-1', 'none', [happened()]);
    await stopWriting(store);
    expect(await store.append('customer-1', 0, [happened()])).toEqual({ revision: 1, position: 2 });
    await store.close();
  });
});

describe('a file that cannot be the log', () => {
  it.each([
    ['a folder', (file: string) => mkdirSync(file), /events\.db: it cannot be opened/],
    ['no database', (file: string) => writeFileSync(file, 'Dear diary, '.repeat(1000)), /events\.db is damaged: file is not a database/],
    ['a database of another program', (file: string) => execute(file, 'CREATE TABLE songs (title)'), /another program.*Choose another data folder/],
  ])('is refused at opening: %s', async (_, make, message) => {
    const folder = await openFolder();
    make(join(folder.path, 'events.db'));
    await expect(SqliteEventStore.open({ folder })).rejects.toThrow(message);
  });

  it('is refused at opening: one of a newer version', async () => {
    const store = await openStore();
    await store.close();
    execute(store.path, 'PRAGMA user_version = 99');
    await expect(reopenStore(store)).rejects.toThrow(/newer version of this program \(schema 99; this one knows 1\)/);
  });

  it('is refused at opening: one that was cut off', async () => {
    const store = await storeOf(2000);
    await store.close();
    truncateSync(store.path, statSync(store.path).size / 2);
    await expect(reopenStore(store)).rejects.toThrow(DamagedStore);
  });
});

describe('a damaged file', () => {
  it('is named by whoever reads what is damaged; the rest can be read', async () => {
    let store = await storeOf(2000);
    const path = store.path;
    await store.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(65_536, 0xff), 0, 65_536, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    closeSync(file);
    store = await reopenStore(store);
    const damage = await readAll(store).catch((error: unknown) => error);
    expect(damage).toBeInstanceOf(DamagedStore);
    expect(damage).toMatchObject({ file: path, message: expect.stringContaining('put back the last backup') });
    expect(await readAll(store, { until: 100 })).toHaveLength(100);
    expect(await readAll(store, { after: 1900 })).toHaveLength(100);
    await store.close();
  });

  it('is named by whoever reads after it was cut off while it was open', async () => {
    const store = await reopenStore(await storeOf(2000));
    truncateSync(store.path, statSync(store.path).size / 2);
    // The size of a mapped file is looked at once in a millisecond.
    await setTimeout(5);
    await expect(readStream(store, 'customer-0')).rejects.toBeInstanceOf(DamagedStore);
    await expect(readAll(store)).rejects.toBeInstanceOf(DamagedStore);
    await store.close();
  });

  it('is named with the position of an event that is no JSON any more', async () => {
    let store = await storeOf(50);
    await store.close();
    const bytes = readFileSync(store.path);
    bytes.write('!', bytes.indexOf('{"number":30'));
    writeFileSync(store.path, bytes);
    store = await reopenStore(store);
    await expect(readAll(store)).rejects.toThrow(/the event at position 31 is not JSON/);
    await expect(readStream(store, 'customer-0')).rejects.toThrow(DamagedStore);
    expect(await readAll(store, { after: 31 })).toHaveLength(19);
    await store.close();
  });
});

describe('a closed store', () => {
  it('has answered every append, ends its subscriptions, and refuses what comes later', async () => {
    const store = await openStore();
    const appends = Promise.all(Array.from({ length: 50 }, (_, i) => store.append(`customer-${i}`, 'none', [happened()])));
    const subscription = collectPages(store);
    await store.close();
    expect(await appends).toHaveLength(50);
    await subscription;
    await store.close();
    await expect(store.append('customer-1', 'any', [happened()])).rejects.toThrow(/is closed/);
    await expect(readAll(store)).rejects.toBeInstanceOf(StoreUnavailable);
    const again = await reopenStore(store);
    expect(await readAll(again)).toHaveLength(50);
    await again.close();
  });

  it('leaves everything in its files alone, with nothing in their write-ahead logs', async () => {
    const store = await storeOf(500);
    await readStream(store, 'customer-0');
    await readAll(store);
    await store.close();
    for (const file of [store.path, store.path.replace('events', 'streams')]) expect(statSync(`${file}-wal`).size).toBe(0);
  });
});

describe('the time of an append', () => {
  let store: SqliteEventStore;
  const future = '2999-01-01T00:00:00.000Z';
  beforeAll(async () => {
    store = await openStore();
    await store.append('customer-1', 'none', [happened()]);
    await store.close();
    execute(store.path, `UPDATE events SET recorded_at = '${future}'`);
    store = await reopenStore(store);
  });
  afterAll(() => store.close());

  it('never goes back, also when the clock does', async () => {
    await store.append('customer-1', 0, [happened()]);
    expect((await readAll(store)).map(({ recordedAt }) => recordedAt)).toEqual([future, future]);
  });
});

describe('a backup', () => {
  it('is a log that opens, taken while appends go on', async () => {
    const store = await storeOf(500);
    const restored = await openFolder();
    const backup = store.backup(join(restored.path, 'events.db'));
    await store.append('customer-0', 'any', [happened()]);
    await backup;
    await store.append('customer-0', 'any', [happened()]);
    const copy = await openStore({ folder: restored });
    const events = await readAll(copy);
    expect(events.length).toBeGreaterThanOrEqual(500);
    expect(events.map(({ id }) => id)).toEqual((await readAll(store, { until: events.length })).map(({ id }) => id));
    await expect(store.backup(copy.path)).rejects.toThrow(/could not be copied to .*already exists.*Give a new file/);
    await copy.close();
    await store.close();
  });
});

async function storeOf(count: number): Promise<SqliteEventStore> {
  const store = await openStore({ segmentSize: 100 });
  for (let number = 0; number < count; number += 10) {
    const events = Array.from({ length: 10 }, (_, i) => happened({ number: number + i, filler: 'x'.repeat(300) }));
    await store.append(`customer-${(number / 10) % 3}`, 'any', events);
  }
  return store;
}

/** Appends large events to one stream until one is refused. */
async function appendUntilRefused(store: SqliteEventStore): Promise<{ acknowledged: string[]; error: Error }> {
  const acknowledged: string[] = [];
  for (;;) {
    const event = happened(LARGE);
    try {
      await store.append('customer-1', 'any', [event]);
    } catch (error) {
      expect(acknowledged.length).toBeGreaterThan(5);
      return { acknowledged, error: error as Error };
    }
    acknowledged.push(event.id);
  }
}

/** Ends the thread between two pieces of its work. */
async function stopWriting(store: SqliteEventStore): Promise<void> {
  const { gate, worker } = store['writer']['thread']!;
  gate.close();
  await setImmediate();
  await worker.terminate();
}

async function collectPages(store: SqliteEventStore): Promise<EventPage[]> {
  const pages: EventPage[] = [];
  for await (const page of store.subscribe()) pages.push(page);
  return pages;
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** A disk of 2 MB, where this user may mount one. */
function mount(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as { status?: number }).status === 0;
  }
}
