export * from './evaluation.js';
export * from './fields.js';
export * from './language.js';
