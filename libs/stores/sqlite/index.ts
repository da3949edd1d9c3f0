export * from './data-folder.js';
export * from './document-store/document-store.js';
export { backUpLog } from './event-store/backup.js';
export * from './event-store/sqlite-event-store.js';
export { DamagedStore } from './faults.js';
export * from './key-store/sqlite-key-store.js';
