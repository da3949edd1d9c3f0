export * from './context.contract.js';
export * from './faults-in.js';
