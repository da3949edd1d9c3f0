// Tables of analyses, written in the formats of others.
export { TABLE_FORMATS } from './formats.js';
export { type Table } from './table.js';
