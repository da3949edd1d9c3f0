import { afterAll } from '@jest/globals';
import { eventStoreContract } from '#event-sourcing/testing';
import { openStore, removeFolders, reopenStore } from './testing.js';

afterAll(removeFolders);

eventStoreContract('SqliteEventStore', { open: () => openStore(), reopen: reopenStore });
eventStoreContract('SqliteEventStore with little memory', { open: () => openStore({ segmentSize: 4, recentEvents: 3 }), reopen: reopenStore });
