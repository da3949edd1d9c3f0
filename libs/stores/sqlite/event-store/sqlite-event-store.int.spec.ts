import { afterAll } from '@jest/globals';
import { eventStoreContract } from '#event-sourcing/testing';
import { openStore, removeFolders, reopenStore } from './testing.js';

afterAll(removeFolders);

eventStoreContract('SqliteEventStore', { open: () => openStore(), reopen: reopenStore });
eventStoreContract('SqliteEventStore with short segments', { open: () => openStore({ segmentSize: 4 }), reopen: reopenStore });
