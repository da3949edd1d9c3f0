export { Allow, type RouteRule } from './allow.js';
export { protect, type ProtectionOptions } from './protection.js';
