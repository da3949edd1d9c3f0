export * from './document-store.js';
export * from './event-store.js';
export * from './key-store.js';
