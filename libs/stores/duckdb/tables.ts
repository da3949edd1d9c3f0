import type { Schema, Table } from '#warehouse';
import { TYPES } from './values.js';

/** Columns of every table in `history`, before its own: from when until when that was known, and from when until when it holds. */
const VERSIONED_COLUMNS = `key VARCHAR, row_id VARCHAR, since_position BIGINT, since_recorded_at TIMESTAMP, until_position BIGINT, until_recorded_at TIMESTAMP,
  effective_from TIMESTAMP, effective_until TIMESTAMP`;

/** Bound for each question: how far the log was, what was known, what had happened. */
const REACHED = (side: 'since' | 'until') => `${side}_position <= getvariable('position') AND ${side}_recorded_at <= getvariable('known_at')`;
const KNOWN = `${REACHED('since')} AND NOT coalesce(${REACHED('until')}, false)`;
const HOLDS = "coalesce(effective_from <= getvariable('as_of'), true) AND coalesce(effective_until > getvariable('as_of'), true)";

/** What makes an empty database. */
export function creation({ version, tables, derived }: Schema): string[] {
  return [
    'CREATE SCHEMA history',
    'CREATE TABLE history.state (version INTEGER, position BIGINT)',
    `INSERT INTO history.state VALUES (${version}, 0)`,
    'CREATE TABLE load_runs (run BIGINT, kind VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP, from_position BIGINT, to_position BIGINT, events_in BIGINT, rows_out BIGINT, rows_closed BIGINT, error VARCHAR)',
    ...tables.flatMap(tableAndView),
    ...derived.map(({ name, sql }) => `CREATE VIEW ${name} AS ${sql}`),
  ];
}

function tableAndView({ name, columns, happenedAt }: Table): string[] {
  const own = Object.entries(columns).map(([column, type]) => `${column} ${TYPES[type].sql}`);
  const happened = happenedAt === undefined ? '' : ` AND ${happenedAt} <= getvariable('as_of')`;
  return [
    `CREATE TABLE history.${name} (${VERSIONED_COLUMNS}, ${own.join(', ')})`,
    `CREATE VIEW ${name} AS SELECT ${Object.keys(columns).join(', ')} FROM history.${name} WHERE ${KNOWN} AND ${HOLDS}${happened}`,
  ];
}
