import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailable, type EventStore, type EventToAppend, type RecordedEvent } from '#event-sourcing';
import { RecordingLog } from '#event-sourcing/testing';
import { EventStoreDbEventStore, StreamTombstoned } from '#stores/eventstoredb';
import { ServerProcess } from './eventstoredb/server-process.js';

const LONG_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'guanxi-eventstoredb-'));
let server: ServerProcess;
let store: EventStoreDbEventStore;
let log: RecordingLog;

beforeAll(async () => {
  server = await ServerProcess.start({ file: join(folder, 'log.jsonl') });
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  log = new RecordingLog();
  store = new EventStoreDbEventStore({ connection: server.url, timeoutMs: 1_000, log });
});
afterEach(() => store.close());

describe('an append whose answer is lost', () => {
  it.each(['none', 'any'] as const)('is found by its ids, and answered as if nothing had been (%s)', async (expected) => {
    const stream = newStream();
    const made = [event(), event()];
    await server.set({ loseAnswers: 1 });
    const result = await store.append(stream, expected, made);
    expect(result.revision).toBe(1);
    const stored = await readStream(store, stream);
    expect(idsOf(stored)).toEqual(idsOf(made));
    expect(result.position).toBe(stored[1]!.position);
  });

  it('is settled where its call broke, with all others on it', async () => {
    await store.append(newStream(), 'none', [event()]);
    await server.set({ breakCalls: 1 });
    const appends = Array.from({ length: 50 }, () => ({ stream: newStream(), made: [event()] }));
    const results = await Promise.all(appends.map(({ stream, made }) => store.append(stream, 'none', made)));
    for (const [i, { stream, made }] of appends.entries()) {
      const stored = await readStream(store, stream);
      expect(idsOf(stored)).toEqual(idsOf(made));
      expect(results[i]).toEqual({ revision: 0, position: stored[0]!.position });
    }
  });

  it('is found also where another process sends the same at once, and is no outage', async () => {
    const other = new EventStoreDbEventStore({ connection: server.url, log });
    for (let round = 0; round < 3; round++) {
      const [stream, made] = [newStream(), [event(), event()]];
      const results = await Promise.all([store, other].map((each) => each.append(stream, 'none', made)));
      expect(results[1]).toEqual(results[0]);
      expect(idsOf(await readStream(store, stream))).toEqual(idsOf(made));
    }
    expect(log.lines).toEqual([]);
    await other.close();
  }, LONG_MS);

  it('is refused where another event has taken its place', async () => {
    const stream = newStream();
    await store.append(stream, 'none', [event()]);
    await server.set({ loseAnswers: 1 });
    await expect(store.append(stream, 'none', [event()])).rejects.toMatchObject({ name: 'WrongExpectedRevision', expected: 'none', actual: 0 });
    expect(await readStream(store, stream)).toHaveLength(1);
  });

  it('is not stored a second time where it is sent again at wherever the stream ends', async () => {
    const stream = newStream();
    const made = [event(), event()];
    const first = await store.append(stream, 'any', made);
    expect(await store.append(stream, 'any', made)).toEqual(first);
    expect(await readStream(store, stream)).toHaveLength(2);
  });
});

describe('answers that come twice', () => {
  it('change nothing', async () => {
    await server.set({ duplicateAnswers: 20 });
    const stream = newStream();
    for (let revision = 0; revision < 20; revision++) {
      expect((await store.append(stream, revision === 0 ? 'none' : revision - 1, [event()])).revision).toBe(revision);
    }
    expect(await readStream(store, stream)).toHaveLength(20);
  });

  it('are one event to a subscriber', async () => {
    await server.set({ duplicateEvents: true });
    const { category, follower } = await followed();
    const appended = await appendTo(category, 30);
    await follower.has(30);
    await server.set({ duplicateEvents: false });
    expect(idsOf(follower.events)).toEqual(idsOf(appended));
    await follower.stop();
  });
});

describe('a subscription that the server drops', () => {
  it('goes on after the last event, as often as it is dropped', async () => {
    const { category, follower } = await followed();
    const appended: EventToAppend[] = [];
    for (let round = 0; round < 10; round++) {
      await server.dropSubscriptions();
      appended.push(...(await appendTo(category, 20)));
    }
    await follower.has(200);
    expect(idsOf(follower.events)).toEqual(idsOf(appended));
    expect(log.lines).toEqual([]);
    await follower.stop();
  }, LONG_MS);

  it('loses nothing in bursts that drop every live subscriber', async () => {
    const { category, follower } = await followed();
    for (let burst = 0; burst < 5; burst++) await store.append(`${category}-1`, 'any', Array.from({ length: 500 }, () => event()));
    await follower.has(2500);
    expect(idsOf(follower.events)).toEqual(idsOf(await readStream(store, `${category}-1`)));
    await follower.stop();
  }, LONG_MS);
});

describe('a server that is killed under load and started again', () => {
  it('has every acknowledged event once, its subscribers go on, and the log says it once', async () => {
    const category = newCategory();
    const follower = new Follower(store, category, 0);
    const acknowledged = new Map<string, number>();
    let loading = true;
    const lane = async (number: number) => {
      let revision = -1;
      while (loading) {
        const made = [event()];
        // Whoever got no answer sends the same again.
        const result = await persistently(() => store.append(`${category}-${number}`, revision < 0 ? 'none' : revision, made));
        acknowledged.set(made[0]!.id, result.position);
        ({ revision } = result);
      }
    };
    const lanes = Promise.all(Array.from({ length: 32 }, (_, number) => lane(number)));
    for (let kill = 0; kill < 3; kill++) {
      await until(() => acknowledged.size >= (kill + 1) * 300);
      await server.kill();
      await server.restart();
    }
    await until(() => acknowledged.size >= 1_200);
    loading = false;
    await lanes;

    const stored = await readCategory(store, category);
    expect(new Map(stored.map(({ id, position }) => [id, position]))).toEqual(acknowledged);
    expect(stored).toHaveLength(acknowledged.size);
    await follower.has(stored.length);
    expect(idsOf(follower.events)).toEqual(idsOf(stored));
    expect(log.having('cannot be reached').length).toBeLessThanOrEqual(3);
    expect(log.having('answers again').length).toBe(log.having('cannot be reached').length);
    await follower.stop();
  }, LONG_MS);

  it('is unavailable at once while it is away, and back by itself', async () => {
    await store.append(newStream(), 'none', [event()]);
    await server.kill();
    await until(() => failsQuickly(store));
    for (let i = 0; i < 50; i++) await expect(store.append(newStream(), 'none', [event()])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(readStream(store, newStream())).rejects.toThrow(/EventStoreDB at 127\.0\.0\.1:\d+ cannot be reached/);
    await expect(readCategory(store, newCategory())).rejects.toBeInstanceOf(StoreUnavailable);
    expect(log.having('cannot be reached')).toHaveLength(1);
    await server.restart();
    const made = [event()];
    await persistently(() => store.append(newStream(), 'none', made));
    expect(log.having('answers again')).toHaveLength(1);
  }, LONG_MS);

  it('may be away when the store is opened', async () => {
    await server.kill();
    const early = new EventStoreDbEventStore({ connection: server.url, timeoutMs: 1_000 });
    await expect(early.head()).rejects.toBeInstanceOf(StoreUnavailable);
    const follower = new Follower(early, newCategory(), 0);
    await server.restart();
    await follower.isCaughtUp();
    await follower.stop();
    await early.close();
  }, LONG_MS);
});

describe('a server that freezes', () => {
  it('is given up after the time allowed, and what it had is settled when it goes on', async () => {
    const [stream, other] = [newStream(), newStream()];
    const earlier = [event()];
    const first = await store.append(stream, 'none', earlier);
    const made = [event()];
    server.freeze();
    const started = performance.now();
    const outcomes = await Promise.allSettled([store.append(stream, 0, made), readStream(store, stream), store.head(), readCategory(store, newCategory())]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    for (const outcome of outcomes) expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - started).toBeLessThan(8_000);
    server.thaw();
    const again = await persistently(() => store.append(stream, 0, made));
    expect(again.revision).toBe(1);
    expect(again.position).toBeGreaterThan(first.position);
    expect(idsOf(await readStream(store, stream))).toEqual(idsOf([...earlier, ...made]));
    await store.append(other, 'none', [event()]);
  }, LONG_MS);

  it('is waited for where it is only slow', async () => {
    await server.set({ answerAfterMs: 500 });
    const results = await Promise.all(Array.from({ length: 20 }, () => store.append(newStream(), 'none', [event()])));
    await server.set({ answerAfterMs: 0 });
    expect(results.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, () => 0));
  });
});

describe('a node that has no leader', () => {
  it('is unavailable, and its subscribers wait', async () => {
    const { category, follower } = await followed();
    await server.set({ notReady: true });
    await server.dropSubscriptions();
    await expect(store.append(`${category}-1`, 'none', [event()])).rejects.toBeInstanceOf(StoreUnavailable);
    await server.set({ notReady: false });
    const appended = await appendTo(category, 3);
    await follower.has(3);
    expect(idsOf(follower.events)).toEqual(idsOf(appended));
    await follower.stop();
  }, LONG_MS);
});

describe('a store that others use too', () => {
  let client: EventStoreDBClient;
  beforeEach(() => {
    client = EventStoreDBClient.connectionString(server.url);
  });
  afterEach(() => client.dispose());

  it('gives no events of others, of whatever form, and its own around them', async () => {
    const category = newCategory();
    const { position } = await store.append(`${category}-1`, 'none', [event()]);
    await client.appendToStream(`${category}-1`, jsonEvent({ type: 'Happened', data: { mine: true } }), { credentials: USER });
    await client.appendToStream(`${category}-2`, jsonEvent({ type: 'Happened', data: 'text', metadata: { commandId: 7 } }), { credentials: USER });
    await client.appendToStream(`${category}-3`, { ...jsonEvent({ type: 'Happened', data: {} }), contentType: 'application/octet-stream', data: new Uint8Array([1, 2]) } as never, { credentials: USER });
    await store.append(`${category}-1`, 1, [event()]);
    expect((await readStream(store, `${category}-1`)).map(({ revision }) => revision)).toEqual([0, 2]);
    expect((await readCategory(store, category)).map(({ revision }) => revision)).toEqual([0, 2]);
    const everything: RecordedEvent[] = [];
    for await (const page of store.readAll({ after: position })) everything.push(...page.events);
    expect(everything.map(({ stream, revision }) => `${stream} ${revision}`)).toEqual([`${category}-1 2`]);
  });

  it('moves its position on over events that nobody wants, also live', async () => {
    const { follower } = await followed();
    const { position } = await store.append(newStream(), 'none', [event()]);
    await follower.reaches(position);
    expect(follower.events).toEqual([]);
    await follower.stop();
  });

  it('keeps installations apart by their prefixes', async () => {
    const [one, two] = ['one/', 'two/'].map((prefix) => new EventStoreDbEventStore({ connection: server.url, prefix }));
    const stream = newStream();
    const made = { one: [event()], two: [event(), event()] };
    const { position } = await one!.append(stream, 'none', made.one);
    await two!.append(stream, 'none', made.two);
    expect(idsOf(await readStream(one!, stream))).toEqual(idsOf(made.one));
    expect(idsOf(await readStream(two!, stream))).toEqual(idsOf(made.two));
    const everything: RecordedEvent[] = [];
    for await (const page of two!.readAll({ after: position })) everything.push(...page.events);
    expect(idsOf(everything)).toEqual(idsOf(made.two));
    await Promise.all([one!.close(), two!.close()]);
  });

  it('has no page for a soft deleted stream, and begins it anew after its last revision', async () => {
    const stream = newStream();
    await store.append(stream, 'none', [event(), event()]);
    await client.deleteStream(stream);
    expect(await readStream(store, stream)).toEqual([]);
    expect((await store.append(stream, 'none', [event()])).revision).toBe(2);
    expect((await readStream(store, stream)).map(({ revision }) => revision)).toEqual([2]);
  });

  it('says that a stream was tombstoned', async () => {
    const stream = newStream();
    await client.tombstoneStream(stream);
    await expect(store.append(stream, 'none', [event()])).rejects.toBeInstanceOf(StreamTombstoned);
    await expect(store.append(stream, 'any', [event()])).rejects.toBeInstanceOf(StreamTombstoned);
    await expect(readStream(store, stream)).rejects.toBeInstanceOf(StreamTombstoned);
  });

  it('is found by discovery', async () => {
    const discovered = new EventStoreDbEventStore({ connection: server.url.replace('esdb:', 'kurrentdb+discover:') });
    const stream = newStream();
    await discovered.append(stream, 'none', [event()]);
    expect(await readStream(discovered, stream)).toHaveLength(1);
    await discovered.close();
  });
});

describe('a closed store', () => {
  it('has answered every append, ends its subscriptions, and refuses what comes later', async () => {
    const closing = new EventStoreDbEventStore({ connection: server.url });
    const other = store.append(newStream(), 'none', [event()]);
    const follower = new Follower(closing, newCategory(), await closing.head());
    await follower.isCaughtUp();
    const appends = Promise.all(Array.from({ length: 50 }, () => closing.append(newStream(), 'none', [event()])));
    await closing.close();
    expect(await appends).toHaveLength(50);
    await follower.ended;
    await closing.close();
    await expect(closing.append(newStream(), 'none', [event()])).rejects.toThrow(/is closed/);
    await expect(closing.head()).rejects.toBeInstanceOf(StoreUnavailable);
    // Stores of one process do not share a fate.
    expect((await other).revision).toBe(0);
  });
});

const USER = { username: 'someone', password: 'else' };

/** Follows one category at its own pace. */
class Follower {
  readonly events: RecordedEvent[] = [];
  readonly ended: Promise<void>;
  private position = 0;
  private caughtUp = false;
  private readonly abort = new AbortController();

  constructor(store: EventStore, category: string, after: number) {
    this.ended = this.follow(store, category, after);
  }

  isCaughtUp(): Promise<void> {
    return until(() => this.caughtUp);
  }

  has(count: number): Promise<void> {
    return until(() => this.events.length >= count);
  }

  reaches(position: number): Promise<void> {
    return until(() => this.position >= position);
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.ended;
  }

  private async follow(store: EventStore, category: string, after: number): Promise<void> {
    for await (const page of store.subscribe({ after, filter: { categories: [category] }, signal: this.abort.signal })) {
      this.events.push(...page.events);
      this.position = page.position;
      this.caughtUp ||= page.caughtUp;
    }
  }
}

async function followed(): Promise<{ category: string; follower: Follower }> {
  const category = newCategory();
  const follower = new Follower(store, category, await store.head());
  await follower.isCaughtUp();
  return { category, follower };
}

async function appendTo(category: string, count: number): Promise<EventToAppend[]> {
  const appended: EventToAppend[] = [];
  for (let i = 0; i < count; i++) {
    const made = event();
    await store.append(`${category}-${i % 3}`, 'any', [made]);
    appended.push(made);
  }
  return appended;
}

async function failsQuickly(of: EventStore): Promise<boolean> {
  const started = performance.now();
  await expect(of.append(newStream(), 'none', [event()])).rejects.toBeInstanceOf(StoreUnavailable);
  return performance.now() - started < 500;
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    await pause(20);
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not come to pass in time.');
    await pause(10);
  }
}

let categories = 0;
const run = randomUUID().slice(0, 8);
const newCategory = () => `faults${run}n${categories++}`;
const newStream = () => `${newCategory()}-${randomUUID()}`;
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);

function event(): EventToAppend {
  const metadata = { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' };
  return { id: randomUUID(), type: 'Happened', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data: {}, metadata };
}

async function readStream(of: EventStore, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of of.readStream(stream)) events.push(...page);
  return events;
}

async function readCategory(of: EventStore, category: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of of.readAll({ filter: { categories: [category] } })) events.push(...page.events);
  return events;
}
