export * from './document-store.js';
export * from './event-store.js';
