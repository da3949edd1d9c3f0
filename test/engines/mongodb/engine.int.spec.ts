import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { Engine, SetClock, type DocumentStore } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { MongoDocumentStore } from '#stores/mongodb';
import { createFirstData } from '../../../apps/api/first-data/index.js';
import { inDatabaseOfItsOwn } from './database-of-its-own.js';
import { onEachServer } from './servers.js';

const LONG_MS = 300_000;

await onEachServer('an engine with its read models in MongoDB', (server) => {
  describe('every view', () => {
    it('holds the same as one in memory, also after it is built anew', async () => {
      const events = new MemoryEventStore();
      const documents = new MongoDocumentStore({ url: inDatabaseOfItsOwn(server.url()) });
      const now = () => new Date('2026-06-01T12:00:00.000Z');
      const options = { contexts, events, clock: { now }, projector: { graceMs: 0, pageSize: 100 } };
      const [mongo, memory] = [new Engine({ ...options, documents }), new Engine({ ...options, documents: new MemoryDocumentStore() })];
      await Promise.all([mongo.start(), memory.start()]);
      await publishDefaultPolicies(memory);
      await createFirstData({ execute: (command: object) => memory.commands.execute(command) } as never, memory, now());

      const expected = await everything(memory);
      expect(Object.values(expected).flat().length).toBeGreaterThan(100);
      expect(await everything(mongo)).toEqual(expected);
      for (const name of mongo.projector.names()) await mongo.projector.rebuild(name);
      expect(await everything(mongo)).toEqual(expected);

      await Promise.all([mongo.stop(), memory.stop()]);
      await dropAll(documents);
      await documents.close();
    }, LONG_MS);
  });

  describe('processes', () => {
    it('find what is due there, and reach it once, over a restart and where it is all lost', async () => {
      const events = new MemoryEventStore();
      const documents = new MongoDocumentStore({ url: inDatabaseOfItsOwn(server.url()) });
      const clock = new SetClock('2026-01-05T09:00:00Z');
      const started = async () => {
        const engine = new Engine({ contexts, events, documents, clock, projector: { graceMs: 0 } });
        await engine.start();
        await engine.processes.start();
        return engine;
      };
      const send = (engine: Engine, name: string, fields: object) => engine.commands.execute(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));
      const first = await started();
      await send(first, 'RegisterCustomer', { customerId: 'li', kind: 'person', name: 'Li Wei' });
      await send(first, 'RecordInteraction', { interactionId: 'call', customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'Asked for an offer', followUpOn: '2026-01-12' });
      await first.processes.settled();
      expect(await first.processes.deadlines()).toMatchObject([{ process: 'followupreminder', instanceId: 'call', at: '2026-01-13T00:00:00.000Z' }]);
      await first.stop();
      clock.set('2026-01-13T00:00:00Z');
      const second = await started();
      await second.processes.settled();
      await second.stop();
      await dropAll(documents);
      const third = await started();
      await third.processes.settled();
      expect(await third.processes.deadlines()).toEqual([]);
      expect((await third.processes.status()).find(({ process }) => process === 'followupreminder')).toMatchObject({ ended: 1, attention: 0 });
      const told: string[] = [];
      for await (const page of events.readAll()) told.push(...page.events.map(({ type }) => type));
      expect(['DeadlineReached', 'FollowUpMissed', 'MailQueued'].map((type) => told.filter((each) => each === type).length)).toEqual([1, 1, 1]);
      await third.stop();
      await dropAll(documents);
      await documents.close();
    }, LONG_MS);
  });
});

/** Every row of every view, as new as the log. */
async function everything(engine: Engine): Promise<Record<string, unknown[]>> {
  const after = await engine.events.head();
  const rows: Record<string, unknown[]> = {};
  for (const name of engine.projector.names()) {
    rows[name] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const { value } = await engine.views.find(name, { limit: 100, ...(cursor !== undefined && { cursor }) }, { after, timeoutMs: 60_000 });
      rows[name].push(...value.items);
      cursor = value.next;
    }
  }
  return rows;
}

async function dropAll(documents: DocumentStore): Promise<void> {
  for (const collection of await documents.listCollections()) await documents.dropCollection(collection);
}
