export { InvalidConnectionString, isConnectionString, parseConnectionString } from './connection-string/index.js';
export * from './eventstoredb-event-store.js';
export { StreamTombstoned } from './faults.js';
export { PositionTooLarge } from './stored-event.js';
