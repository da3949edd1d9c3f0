import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { accessContext } from '#access';
import { StoreUnavailable } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { createLogger, Metrics } from '#telemetry';
import { createApi } from '../../apps/api/app.js';

/** More subscriptions than anybody needs who takes a pause between two; what comes after them waits for ever. */
const MANY = 100;

class CountingStore extends MemoryEventStore {
  subscriptions = 0;
  ended = 0;

  override async *subscribe(...options: Parameters<MemoryEventStore['subscribe']>): ReturnType<MemoryEventStore['subscribe']> {
    if (++this.subscriptions > MANY) await new Promise(() => undefined);
    yield* super.subscribe(...options);
    this.ended++;
  }
}

class BrokenStore extends MemoryDocumentStore {
  override ensureCollection(): Promise<void> {
    return Promise.reject(new StoreUnavailable('The disk is full.'));
  }
}

it('An API that cannot start says why, and leaves nothing running that follows the log', async () => {
  const events = new CountingStore();
  const log = createLogger('error', { destination: { write: () => undefined } });
  const starting = createApi({ engine: { contexts: [accessContext], events, documents: new BrokenStore() }, log, metrics: new Metrics() });
  await expect(starting).rejects.toThrow('The disk is full.');
  expect(events.ended).toBe(events.subscriptions);
  await events.close();
  await pause(20);
  expect(events.subscriptions).toBeLessThanOrEqual(2);
});
