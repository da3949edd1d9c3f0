export * from './aggregate-pages.js';
export * from './evaluation.js';
export * from './fields.js';
export * from './find.js';
export * from './language.js';
export { withoutPaths } from './paths.js';
export * from './whole-numbers.js';
