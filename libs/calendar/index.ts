export * from './moments.js';
export * from './working-days.js';
