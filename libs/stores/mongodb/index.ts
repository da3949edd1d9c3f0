export * from './address.js';
export * from './document-store.js';
