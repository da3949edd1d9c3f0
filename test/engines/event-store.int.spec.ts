import { afterAll, beforeAll } from '@jest/globals';
import { eventStoreContract } from '#event-sourcing/testing';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { ServerProcess } from './eventstoredb/server-process.js';

const NAMED = process.env['GUANXI_TEST_EVENT_STORE'];

let server: ServerProcess | undefined;
beforeAll(async () => {
  server = NAMED ? undefined : await ServerProcess.start();
  // Events of the system lie between those of users, as on a server that is used by others too.
  await server?.set({ systemEventEvery: 7 });
});
afterAll(() => server?.kill());

const open = async (prefix = '') => new EventStoreDbEventStore({ connection: NAMED ?? server!.url, prefix });

eventStoreContract('EventStoreDbEventStore', { open: () => open(), reopen: (store) => store.close().then(() => open()) });
eventStoreContract('EventStoreDbEventStore with a prefix', { open: () => open('shop/'), reopen: (store) => store.close().then(() => open('shop/')) });
