export * from './engine.module.js';
export * from './queries.js';
