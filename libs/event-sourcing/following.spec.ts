import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#stores/memory';
import { following } from './following.js';
import { StoreUnavailable } from './ports/event-store.js';

const append = (store: MemoryEventStore) => store.append('counter-a', 'any', [{
  id: randomUUID(), type: 'Counted', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data: {},
  metadata: { commandId: 'c', correlationId: 'c', actor: 'tester', source: 'test' },
}]);

describe('following a log', () => {
  it('takes every page, and ends without an error when its signal says so', async () => {
    const store = new MemoryEventStore();
    const stopping = new AbortController();
    await append(store);
    let events = 0;
    for await (const page of following(store, { signal: stopping.signal })) {
      events += page.events.length;
      if (events === 1) await append(store);
      else stopping.abort();
    }
    expect(events).toBe(2);
  });

  it('fails where the store is closed under it, so that who subscribes anew takes a pause before', async () => {
    const store = new MemoryEventStore();
    const { signal } = new AbortController();
    const followed = (async () => {
      for await (const { caughtUp } of following(store, { signal })) if (caughtUp) await store.close();
    })();
    await expect(followed).rejects.toThrow(StoreUnavailable);
  });
});
