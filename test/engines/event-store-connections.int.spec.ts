import { getEventListeners, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { StoreUnavailable, WrongExpectedRevision, type EventStore, type EventToAppend } from '#event-sourcing';
import { RecordingLog } from '#event-sourcing/testing';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { ServerProcess } from './eventstoredb/server-process.js';

let servers: ServerProcess[];
beforeAll(async () => void (servers = await Promise.all([ServerProcess.start(), ServerProcess.start()])));
afterAll(() => servers[0]!.kill());

const newStream = (): string => `connections-${randomUUID()}`;
const event = (): EventToAppend => ({
  id: randomUUID(), type: 'Happened', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data: {}, metadata: { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' },
});
const storeAt = (connection: string, timeoutMs = 1_000) => {
  const log = new RecordingLog();
  return { log, store: new EventStoreDbEventStore({ connection, timeoutMs, log }) };
};

async function idsIn(store: EventStore, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of store.readStream(stream)) ids.push(...page.map(({ id }) => id));
  return ids;
}

describe('appends of one process', () => {
  it.each(['any', 'exact'] as const)('are stored in the order in which they are asked for, also the first ones of a connection (%s)', async (expected) => {
    const { store } = storeAt(servers[0]!.url);
    const [stream, made] = [newStream(), Array.from({ length: 20 }, event)];
    const exact = (index: number) => (index === 0 ? 'none' : index - 1);
    await Promise.all(made.map((one, index) => store.append(stream, expected === 'any' ? 'any' : exact(index), [one])));
    expect(await idsIn(store, stream)).toEqual(made.map(({ id }) => id));
    await store.close();
  });

  it('are not disturbed where another store of the process is closed, or loses its server', async () => {
    const [{ store, log }, { store: closing }, { store: losing }] = [storeAt(servers[0]!.url), storeAt(servers[0]!.url), storeAt(servers[1]!.url, 300)];
    for (const each of [store, closing, losing]) await each.append(newStream(), 'none', [event()]);
    const theirs = Promise.allSettled(Array.from({ length: 20 }, () => [closing, losing].map((other) => other.append(newStream(), 'none', [event()]))).flat());
    const ours = Promise.all(Array.from({ length: 50 }, () => store.append(newStream(), 'none', [event()])));
    const ended = Promise.all([closing.close(), servers[1]!.kill()]);
    expect((await ours).map(({ revision }) => revision)).toEqual(Array.from({ length: 50 }, () => 0));
    await Promise.all([theirs, ended]);
    expect(log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    await Promise.all([store.close(), losing.close()]);
  });
});

it('an append that is refused says the true revision, also where the connection string would have the client not throw', async () => {
  const { store } = storeAt(`${servers[0]!.url}&throwOnAppendFailure=false`);
  const stream = newStream();
  await store.append(stream, 'none', Array.from({ length: 4 }, event));
  await expect(store.append(stream, 9, [event()])).rejects.toThrow(new WrongExpectedRevision(stream, 9, 3));
  await store.close();
});

it('many may read the log at once, and none of them leaves anything behind that waits for the end of the store', async () => {
  const listened = jest.spyOn(AbortSignal.prototype, 'addEventListener');
  const { store } = storeAt(servers[0]!.url);
  await store.append(newStream(), 'none', [event()]);
  await Promise.all(Array.from({ length: 15 }, async () => { for await (const page of store.readAll({ pageSize: 1 })) if (page.events.length > 0) return; }));
  const signals = [...new Set(listened.mock.contexts as unknown as AbortSignal[])];
  listened.mockRestore();
  expect(signals).toHaveLength(1);
  expect(getEventListeners(signals[0]!, 'abort')).toEqual([]);
  await store.close();
});

describe('a server that takes the connection and never says a word', () => {
  it('is given up after the time allowed, by appends, by reads and by the log', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => void sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { store } = storeAt(`esdb://127.0.0.1:${(mute.address() as AddressInfo).port}?tls=false`, 200);
    const asked = [store.append(newStream(), 'none', [event()]), idsIn(store, newStream()), store.head(), (async () => { for await (const page of store.readAll()) return page; return undefined; })()];
    for (const outcome of await Promise.allSettled(asked)) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
    for (const socket of sockets) socket.destroy();
    mute.close();
    await store.close();
  });
});
