// The star schema in an analytical database: what applications ask of it, and the port that an adapter implements.
export { Warehouse, WAREHOUSE_LIMITS, type WarehouseAnswer, type WarehouseMoment, type WarehouseOptions, type WarehouseQuestion, type WarehouseStatus, type WhyAnswer } from './warehouse.js';
export { schema } from './tables/schema.js';
export type { AnalyticalDatabase, DatabasePlace, Load, LoadRun, Scalar, Schema, SqlAnswer, SqlMoment, SqlQuestion } from './model/analytical-database.js';
export type { ClosedRow, ColumnType, Mark, Table, TableRow, TimedRow, Value, VersionedRow } from './model/table.js';
export { cubeAnswer, cubeDescriptions, type CubeAnswer, type CubeQuestion } from './cube/cube.js';
export { martAnswer, type MartAnswer } from './cube/mart.js';
export { type CubeFilter, type CubeQuery } from './cube/cube-query.js';
