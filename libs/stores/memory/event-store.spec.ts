import { eventStoreContract } from '#event-sourcing/testing';
import { MemoryEventStore } from './event-store.js';

eventStoreContract('MemoryEventStore', { open: async () => new MemoryEventStore() });
