export * from './moments.js';
export * from './working-days.js';
export * from './lunar.js';
