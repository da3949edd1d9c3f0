export * from './address.js';
export * from './document-store.js';
export * from './key-store.js';
