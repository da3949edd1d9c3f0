import { describe, expect, it } from '@jest/globals';
import { Engine, type DocumentStore } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { MongoDocumentStore } from '#stores/mongodb';
import { createFirstData } from '../../../apps/api/first-data/index.js';
import { inDatabaseOfItsOwn } from './database-of-its-own.js';
import { onEachServer } from './servers.js';

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
    }, 120_000);
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
