export * from './key-store.contract.js';
