import { afterAll, beforeAll, describe } from '@jest/globals';
import type { EventStore } from '../ports/event-store.js';
import { appending, appendingAgain } from './event-store.appending.js';
import { anyHistory, openedAgain } from './event-store.histories.js';
import { readingAStream, readingTheLog } from './event-store.reading.js';
import { subscribing } from './event-store.subscribing.js';

export interface EventStoreUnderTest {
  /** Opens a store. It may hold events of others, and others may append while the suite runs. */
  open: () => Promise<EventStore>;
  /** Closes the store and opens it again with what it held; left out where a store keeps nothing. */
  reopen?: (store: EventStore) => Promise<EventStore>;
}

/** What every adapter of {@link EventStore} keeps to. Call it in a test file: `eventStoreContract('MyStore', { open })`. */
export function eventStoreContract(name: string, { open, reopen }: EventStoreUnderTest): void {
  describe(`${name}, as every event store,`, () => {
    let store: EventStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    describe('appending', () => {
      appending(() => store);
    });
    describe('appending again', () => {
      appendingAgain(() => store);
    });
    describe('reading a stream', () => {
      readingAStream(() => store);
    });
    describe('reading the log', () => {
      readingTheLog(() => store);
    });
    describe('subscribing', () => {
      subscribing(() => store);
    });
    describe('any history', () => {
      anyHistory(() => store);
    });
    if (reopen) {
      describe('opened again', () => {
        openedAgain(open, reopen);
      });
    }
  });
}
