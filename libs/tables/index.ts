// Tables of analyses, written in the formats of others.
export { columnsOfRows } from './columns-of-rows.js';
export { TABLE_FORMATS } from './formats.js';
export { type Table } from './table.js';
