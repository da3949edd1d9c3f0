import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ANY, BACKWARDS, END, EventStoreDBClient, excludeSystemEvents, FORWARDS, jsonEvent, NO_STREAM, START, STREAM_EXISTS, streamNameFilter,
  type AppendExpectedRevision, type JSONEventData, type Position, type ResolvedEvent,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestEventStoreDb } from './server.js';

// What was seen of EventStoreDB 23.10 through its own client, and what the adapter rests on. It runs against the server
// that the environment names, and against the test server that answers like it.

const NAMED = process.env['GUANXI_TEST_EVENT_STORE'];
const MAX_APPEND_BYTES = 1_048_576;
/** Where the server is asked to tell how far it is: few events examined between two signs. */
const PACE = { checkpointInterval: 1, maxSearchWindow: 32 };

let double: TestEventStoreDb | undefined;
let url: string;
let client: EventStoreDBClient;

beforeAll(async () => {
  double = NAMED ? undefined : await TestEventStoreDb.start();
  url = NAMED ?? double!.url;
  client = EventStoreDBClient.connectionString(url);
});
afterAll(async () => {
  // It waits for subscriptions that the server dropped, which are over and never tell it.
  void client.dispose();
  (await (client as unknown as { getChannel(): Promise<{ close(): void }> }).getChannel()).close();
  double?.stop();
});

const newStream = (): string => `behaviour-${randomUUID()}`;
const event = (data: object = {}) => jsonEvent({ type: 'seen', data: data as Record<string, never> });
const events = (count: number) => Array.from({ length: count }, () => event());
const append = (stream: string, expectedRevision: AppendExpectedRevision, made: JSONEventData[]) => client.appendToStream(stream, made, { expectedRevision });

/** A stream of so many events, and then as it is said. */
async function streamThat(has: string): Promise<string> {
  const stream = newStream();
  if (has !== 'is missing' && has !== 'has only metadata') await append(stream, NO_STREAM, events(3));
  if (has === 'is soft deleted') await client.deleteStream(stream);
  if (has === 'is tombstoned') await client.tombstoneStream(stream);
  if (has === 'has only metadata') await client.setStreamMetadata(stream, { maxCount: 100 });
  return stream;
}

/** The next revision, or the kind of the error and what it says of the stream. */
async function outcome(appending: Promise<{ nextExpectedRevision: bigint }>): Promise<string> {
  try {
    return String((await appending).nextExpectedRevision);
  } catch (error) {
    const { type, actualVersion } = error as { type: string; actualVersion?: bigint | string };
    return actualVersion === undefined ? type : `${type} ${String(actualVersion)}`;
  }
}

async function revisionsOf(read: AsyncIterable<ResolvedEvent>): Promise<number[] | string> {
  const found: number[] = [];
  try {
    for await (const { event: each } of read) found.push(Number(each!.revision));
    return found;
  } catch (error) {
    return (error as { type: string }).type;
  }
}

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, revision) => revision);

describe('an append', () => {
  it.each<[string, AppendExpectedRevision, string]>([
    ['is missing', ANY, '0'], ['is missing', NO_STREAM, '0'], ['is missing', STREAM_EXISTS, 'wrong-expected-version no_stream'], ['is missing', 5n, 'wrong-expected-version no_stream'],
    ['ends at 2', ANY, '3'], ['ends at 2', NO_STREAM, 'wrong-expected-version 2'], ['ends at 2', STREAM_EXISTS, '3'], ['ends at 2', 2n, '3'], ['ends at 2', 7n, 'wrong-expected-version 2'],
    ['is soft deleted', ANY, '3'], ['is soft deleted', NO_STREAM, '3'], ['is soft deleted', STREAM_EXISTS, 'stream-deleted'], ['is soft deleted', 2n, '3'], ['is soft deleted', 7n, 'wrong-expected-version 2'],
    ['is tombstoned', ANY, 'stream-deleted'], ['is tombstoned', NO_STREAM, 'stream-deleted'], ['is tombstoned', 2n, 'stream-deleted'],
    ['has only metadata', ANY, '0'], ['has only metadata', NO_STREAM, '0'], ['has only metadata', STREAM_EXISTS, '0'], ['has only metadata', 5n, 'wrong-expected-version no_stream'],
  ])('to a stream that %s, at %s: %s', async (has, expected, then) => {
    expect(await outcome(append(await streamThat(has), expected, [event()]))).toBe(then);
  });

  it('has as its position that of its last event in the log, with one number for both parts', async () => {
    const stream = newStream();
    const { position } = await append(stream, NO_STREAM, events(3));
    const last = client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    for await (const { event: each } of last) expect(each!.position).toEqual(position);
    expect(position!.commit).toBe(position!.prepare);
  });

  it('may have exactly 1,048,576 bytes of data in all its events; with one more nothing is stored', async () => {
    const half = MAX_APPEND_BYTES / 2 - JSON.stringify({ text: '' }).length;
    const [one, more] = [event({ text: 'x'.repeat(half) }), event({ text: 'x'.repeat(half + 1) })];
    expect(await outcome(append(newStream(), NO_STREAM, [one, { ...one, id: randomUUID() }]))).toBe('1');
    const stream = newStream();
    expect(await outcome(append(stream, NO_STREAM, [one, more]))).toBe('maximum-append-size-exceeded');
    expect(await revisionsOf(client.readStream(stream))).toBe('stream-not-found');
  });

  it('at one revision is won by one of fifty, and the others are told where the stream is', async () => {
    const stream = newStream();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(append(stream, NO_STREAM, [event()]))));
    expect(outcomes.sort()).toEqual(['0', ...Array.from({ length: 49 }, () => 'wrong-expected-version 0')]);
  });
});

describe('the same event ids again', () => {
  type Sent = (made: { a: JSONEventData[]; b: JSONEventData[]; fresh: JSONEventData }) => JSONEventData[];
  const first: Sent = ({ a }) => a;
  const second: Sent = ({ b }) => b;

  it.each<[string, AppendExpectedRevision, string, Sent]>([
    ['all of the first append', NO_STREAM, '2', first], ['all of the first append', ANY, '2', first], ['all of the first append', STREAM_EXISTS, '2', first],
    ['all of the first append', 7n, 'wrong-expected-version 4', first], ['all of the first append', 4n, '7', first],
    ['the second append', 2n, '4', second], ['the second append', ANY, '4', second], ['the second append', 1n, 'wrong-expected-version 4', second],
    ['the second append', NO_STREAM, 'wrong-expected-version 4', second], ['the second append', 4n, '6', second],
    ['the first two of the first append', NO_STREAM, '1', ({ a }) => a.slice(0, 2)], ['both appends as one', NO_STREAM, '4', ({ a, b }) => [...a, ...b]],
    ['the last two of the first append', 0n, '2', ({ a }) => a.slice(1)], ['the last two of the first append', NO_STREAM, 'wrong-expected-version 4', ({ a }) => a.slice(1)],
    ['the first append and a new event', NO_STREAM, 'wrong-expected-version 4', ({ a, fresh }) => [...a, fresh]],
  ])('%s, at %s: %s', async (_, expected, then, chosen) => {
    const [stream, a, b] = [newStream(), events(3), events(2)];
    await append(stream, NO_STREAM, a);
    await append(stream, 2n, b);
    expect(await outcome(append(stream, expected, chosen({ a, b, fresh: event() })))).toBe(then);
  });

  it('are recognised at "no stream" after the stream was soft deleted, and in another stream they are stored', async () => {
    const [stream, a] = [newStream(), events(3)];
    await append(stream, NO_STREAM, a);
    await client.deleteStream(stream);
    expect(await outcome(append(stream, NO_STREAM, a))).toBe('2');
    expect(await outcome(append(newStream(), NO_STREAM, a))).toBe('2');
  });
});

describe('a read of a stream', () => {
  it('is inclusive both ways, and empty past the end', async () => {
    const stream = newStream();
    await append(stream, NO_STREAM, events(10));
    const forwards = (fromRevision: bigint) => revisionsOf(client.readStream(stream, { direction: FORWARDS, fromRevision }));
    const backwards = (fromRevision: bigint | typeof END | typeof START) => revisionsOf(client.readStream(stream, { direction: BACKWARDS, fromRevision }));
    expect([await forwards(7n), await forwards(10n), await forwards(1000n)]).toEqual([[7, 8, 9], [], []]);
    expect([await backwards(END), await backwards(4n), await backwards(1000n), await backwards(START)]).toEqual([upTo(9).reverse(), upTo(4).reverse(), upTo(9).reverse(), [0]]);
  });

  it.each([
    ['is missing', 'stream-not-found'], ['is soft deleted', 'stream-not-found'], ['has only metadata', 'stream-not-found'], ['is tombstoned', 'stream-deleted'],
  ])('that %s says so: %s', async (has, type) => expect(await revisionsOf(client.readStream(await streamThat(has)))).toBe(type));

  it('shows the end of one that is truncated, the log everything; one that was deleted goes on with its next revision', async () => {
    const stream = newStream();
    const { position: first } = await append(stream, NO_STREAM, events(1));
    await append(stream, 0n, events(9));
    await client.setStreamMetadata(stream, { maxCount: 3 });
    expect(await revisionsOf(client.readStream(stream))).toEqual([7, 8, 9]);
    await client.setStreamMetadata(stream, { truncateBefore: 5 });
    expect(await revisionsOf(client.readStream(stream))).toEqual([5, 6, 7, 8, 9]);
    await client.setStreamMetadata(stream, { truncateBefore: 100 });
    expect(await revisionsOf(client.readStream(stream))).toEqual([]);
    await client.deleteStream(stream);
    await append(stream, NO_STREAM, [event()]);
    expect(await revisionsOf(client.readStream(stream))).toEqual([10]);
    const inLog: number[] = [];
    for await (const { event: each } of client.readAll({ fromPosition: first!, maxCount: 1_000_000 })) {
      if (each!.streamId === stream) inLog.push(Number(each!.revision));
      if (inLog.at(-1) === 10) break;
    }
    expect(inLog).toEqual(upTo(10));
  });
});

describe('the log', () => {
  it('is read inclusive forwards and exclusive backwards, in positions that increase', async () => {
    const [stream, other] = [newStream(), newStream()];
    const positions: Position[] = [];
    for (const each of [stream, other, stream]) positions.push((await append(each, ANY, [event()])).position!);
    expect(positions.map(({ commit }) => commit)).toEqual([...positions.map(({ commit }) => commit)].sort((one, two) => Number(one - two)));
    const first = async (direction: typeof FORWARDS | typeof BACKWARDS) => {
      for await (const { event: each } of client.readAll({ direction, fromPosition: positions[1]!, maxCount: 1 })) return each!.position.commit;
      return undefined;
    };
    expect(await first(FORWARDS)).toBe(positions[1]!.commit);
    expect(await first(BACKWARDS)).toBeLessThan(positions[1]!.commit);
  });

  it('knows no position between two events', async () => {
    const { position } = await append(newStream(), ANY, [event()]);
    const between = { commit: position!.commit + 1n, prepare: position!.prepare + 1n };
    await append(newStream(), ANY, [event()]);
    expect(await revisionsOf(client.readAll({ fromPosition: between, maxCount: 1 }))).toBe('unknown');
  });
});

describe('a subscription', () => {
  it('begins after the revision that it names, says once that it caught up, and goes on live without a gap', async () => {
    const stream = newStream();
    await append(stream, NO_STREAM, events(5));
    const subscription = client.subscribeToStream(stream, { fromRevision: 2n });
    let timesCaughtUp = 0;
    subscription.on('caughtUp', () => void timesCaughtUp++);
    const caughtUp = once(subscription, 'caughtUp');
    const revisions: number[] = [];
    for await (const { event: each } of subscription) {
      revisions.push(Number(each!.revision));
      if (each!.revision === 4n) {
        await caughtUp;
        await append(stream, 4n, events(2));
      }
      if (each!.revision === 6n) break;
    }
    expect([revisions, timesCaughtUp]).toEqual([[3, 4, 5, 6], 1]);
  });

  it('to the log passes over what its filter does not want, tells how far it is, and can go on from there', async () => {
    const [wanted, foreign] = [`wanted-${randomUUID()}`, newStream()];
    const { position: from } = await append(foreign, NO_STREAM, events(1));
    const { position: after } = await append(wanted, NO_STREAM, events(2));
    await append(foreign, 0n, events(100));
    await append(wanted, 1n, events(1));
    const reached: Position[] = [];
    const filter = streamNameFilter({ prefixes: [wanted], ...PACE, checkpointReached: async (_, position) => void reached.push(position) });
    const revisions = async (fromPosition: Position, last: bigint) => {
      const subscription = client.subscribeToAll({ fromPosition, filter });
      const found: number[] = [];
      for await (const { event: each } of subscription) {
        found.push(Number(each!.revision));
        if (each!.revision === last) break;
      }
      return found;
    };
    expect(await revisions(from!, 2n)).toEqual([0, 1, 2]);
    expect(reached.length).toBeGreaterThan(1);
    expect(new Set(reached.map(({ prepare }) => prepare))).toEqual(new Set([0n]));
    expect(await revisions(reached.find(({ commit }) => commit >= after!.commit)!, 2n)).toEqual([2]);
  });

  it('without events of the system has none whose type begins with $', async () => {
    const { position } = await append(newStream(), NO_STREAM, [event()]);
    const stream = await streamThat('has only metadata');
    await append(stream, ANY, [event()]);
    const subscription = client.subscribeToAll({ fromPosition: position!, filter: excludeSystemEvents() });
    for await (const { event: each } of subscription) {
      expect(each!.type).not.toMatch(/^\$/);
      if (each!.streamId === stream) break;
    }
  });

  it('that is live is dropped in a burst of appends, after a beginning without a gap', async () => {
    const stream = newStream();
    await append(stream, NO_STREAM, [event()]);
    const subscriptions = Array.from({ length: 3 }, () => client.subscribeToStream(stream, { fromRevision: START }));
    const seen = subscriptions.map(() => [] as number[]);
    const dropped: { type?: string; code?: number; message?: string }[] = [];
    await Promise.all(subscriptions.map((subscription, index) => new Promise<void>((resolve) => {
      subscription.on('data', ({ event: each }) => void seen[index]!.push(Number(each!.revision)));
      subscription.on('error', (error: object) => void dropped.push(error));
      subscription.once('caughtUp', () => resolve());
    })));
    // One of them listens no more: however quick the machine is with the others, it falls behind.
    subscriptions[0]!.pause();
    let next = 0n;
    for (let burst = 0; burst < 40 && dropped.length === 0; burst++) next = (await append(stream, next, events(500))).nextExpectedRevision;
    subscriptions[0]!.resume();
    while (dropped.length === 0) await pause(5);
    expect(dropped[0]).toMatchObject({ type: 'timeout', code: 10, message: expect.stringContaining('Consumer too slow') as unknown });
    for (const revisions of seen) expect(revisions).toEqual(upTo(revisions.length - 1));
    for (const subscription of subscriptions) subscription.destroy();
  });
});

describe('a server that is not there', () => {
  it('is told of an append by an error that is none of the client\'s own, and of a read by one that is', async () => {
    const place = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => place.once('listening', resolve));
    const { port } = place.address() as AddressInfo;
    await new Promise((resolve) => place.close(resolve));
    const nobody = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const failed = (await nobody.appendToStream(newStream(), [event()]).catch((error: unknown) => error)) as { code: number; type?: string };
    expect([failed.code, failed.type]).toEqual([14, undefined]);
    expect(await revisionsOf(nobody.readStream(newStream()))).toBe('unavailable');
    await nobody.dispose();
  });
});
