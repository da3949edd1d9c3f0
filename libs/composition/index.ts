export * from './configuration.js';
export * from './contexts.js';
export * from './document-store-kind.js';
export * from './engine.js';
export * from './erasures.js';
export * from './policies.js';
export * from './privacy-configuration.js';
export * from './stores.js';
