import { documentStoreContract } from '../../event-sourcing/testing/document-store.contract.js';
import { MemoryDocumentStore } from './document-store.js';

documentStoreContract('MemoryDocumentStore', { open: () => new MemoryDocumentStore() });
