export * from './given.js';
export { recorded } from './recorded.js';
export { GivenProcess } from './given-process.js';
export * from './counter.js';
export * from './faulty-event-store.js';
export * from './recording-log.js';
export * from './event-store.contract.js';
export * from './document-store.contract.js';
export * from './answers.js';
