import { afterAll, beforeAll } from '@jest/globals';
import { documentStoreContract } from '#event-sourcing/testing';
import { TemporaryStore } from './testing.js';

let temporary: TemporaryStore;
beforeAll(async () => void (temporary = await TemporaryStore.open()));
afterAll(() => temporary.remove());

documentStoreContract('SqliteDocumentStore', { open: () => temporary.store, reopen: () => temporary.reopen() });
