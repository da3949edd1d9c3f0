export * from './json.js';
export * from './live.js';
export * from './problem-of.js';
export * from './problem.filter.js';
export * from './problems.js';
export * from './query/guard.js';
export * from './query/parameters.js';
export * from './server.js';
