export { DuckDbPlace } from './place.js';
