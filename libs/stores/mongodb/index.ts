export * from './address.js';
export * from './document-store.js';
export { DocumentTooLarge } from './faults.js';
