import { keyStoreContract } from '#privacy/testing';
import { MemoryKeyStore } from './key-store.js';

keyStoreContract('MemoryKeyStore', { open: async () => new MemoryKeyStore() });
