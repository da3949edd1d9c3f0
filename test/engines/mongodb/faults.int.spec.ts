import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '#event-sourcing';
import { RecordingLog } from '#event-sourcing/testing';
import { MongoDocumentStore } from '#stores/mongodb';
import type { ProtocolServer } from './protocol-server.js';
import { onInstalledServer } from './servers.js';

const LONG_MS = 60_000;
/** So that a server which is away or hangs is found out soon. */
const IMPATIENT = 'serverSelectionTimeoutMS=300&connectTimeoutMS=500&heartbeatFrequencyMS=500';

onInstalledServer('read models in MongoDB', { keeps: true }, (running) => {
  let server: ProtocolServer;
  let log: RecordingLog;
  let store: MongoDocumentStore;
  let collection: string;
  beforeEach(() => {
    server = running();
    log = new RecordingLog();
    store = new MongoDocumentStore({ url: `${server.url}/?${IMPATIENT}`, log });
    collection = `faults_${randomUUID().slice(0, 8)}`;
  });
  afterEach(() => store.close());

  const batch = (position: number) => [{ collection, writes: Array.from({ length: 20 }, (_, i) => ({ key: `key-${i}`, position, document: { position } })) }];
  const outage = () => [log.having('does not answer'), log.having('answers again')].map((lines) => lines.length);

  /** Repeats until the store answers. @returns how often it was unavailable; any other error is one. */
  const patiently = async (work: () => Promise<unknown>): Promise<number> => {
    for (let failures = 0; ; failures++) {
      try {
        await work();
        return failures;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await pause(20);
      }
    }
  };

  describe('a server that is killed during writes and started again', () => {
    it('has what it acknowledged; writes are repeated and go on; the log says it once', async () => {
      let killed: Promise<void> | undefined;
      let failures = 0;
      for (let position = 1; position <= 60; position++) {
        if (position === 20) killed = server.kill().then(() => server.restart());
        failures += await patiently(() => store.write(batch(position)));
        const loaded = await patientlyLoaded();
        expect(loaded).toEqual(new Set([position]));
      }
      await killed;
      expect(failures).toBeGreaterThan(1);
      expect(outage()).toEqual([1, 1]);
    }, LONG_MS);

    const patientlyLoaded = async (): Promise<Set<number>> => {
      let positions = new Set<number>();
      await patiently(async () => {
        positions = new Set([...(await store.load(collection, batch(1)[0]!.writes.map(({ key }) => key))).values()].map(({ position }) => position));
      });
      return positions;
    };
  });

  it('a server that is away at the start is waited for, with an error that names it', async () => {
    await server.kill();
    const away = await store.ensureCollection(collection).catch((error: unknown) => error);
    expect(away).toBeInstanceOf(StoreUnavailable);
    expect((away as Error).message).toContain(`${server.url}/guanxi`);
    await expect(store.find(collection)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.write(batch(1))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.aggregate(collection, [])).rejects.toBeInstanceOf(StoreUnavailable);
    await server.restart();
    await patiently(() => store.write(batch(1)));
    expect(await store.count(collection)).toBe(20);
    expect(outage()).toEqual([1, 1]);
  }, LONG_MS);

  it('a server that hangs is found out, and used again when it goes on', async () => {
    await store.write(batch(1));
    server.freeze();
    try {
      const asked = [store.write(batch(2)), store.find(collection), store.get(collection, 'key-0'), store.count(collection)];
      for (const outcome of await Promise.allSettled(asked)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
      }
    } finally {
      server.thaw();
    }
    await patiently(() => store.write(batch(3)));
    expect(await store.find(collection, { filter: { position: 3 } })).toHaveLength(20);
    expect(outage()).toEqual([1, 1]);
  }, LONG_MS);

  it('closes while the server is away', async () => {
    await store.write(batch(1));
    await server.kill();
    const failing = store.write(batch(2)).catch((error: unknown) => error);
    await store.close();
    expect(await failing).toBeInstanceOf(StoreUnavailable);
    await server.restart();
  }, LONG_MS);
});
