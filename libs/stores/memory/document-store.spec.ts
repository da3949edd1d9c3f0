import { documentStoreContract } from '#event-sourcing/testing';
import { MemoryDocumentStore } from './document-store.js';

documentStoreContract('MemoryDocumentStore', { open: () => new MemoryDocumentStore() });
