import { AXES, INTERVALS, MAX_PAGE } from '#event-sourcing';
import { MAX_CURSOR, MAX_STAGES, MAX_WAIT_MS, STAGES } from '#http';
import { TABLE_FORMATS } from '#tables';
import { type Schema } from './command-schemas.js';

const query = (name: string, description: string, schema: Schema, example?: unknown): Schema =>
  ({ name, in: 'query', required: false, description, schema, ...(example !== undefined && { example }) });

const header = (name: string, description: string, schema: Schema): Schema => ({ name, in: 'header', required: false, description, schema });

const POLICIES_AS_OF = query('policiesAsOf', 'By the policies in force at this date or time, as if there had never been others, instead of those then in force.', { type: 'string', maxLength: 40 });

const FRESHNESS = [
  query('after', 'Answer only once the view holds all events up to this position, such as the one that a command answered with.', { type: 'integer', minimum: 0 }),
  query('timeout', 'Milliseconds to wait for `after`; then the answer is 412.', { type: 'integer', minimum: 0, maximum: MAX_WAIT_MS, default: 5000 }),
  query('asOf', 'As it was then: only what had happened by this date (the whole day, UTC) or time counts.', { type: 'string', maxLength: 40 }),
  query('knownAt', 'As it was known then: only what had been recorded by this date or time counts.', { type: 'string', maxLength: 40 }),
  POLICIES_AS_OF,
];

const LIST = [
  query('filter', "A filter in MongoDB's language, as JSON. Besides, every parameter that is not listed here is a field that must equal its value: `?kind=person`.", { type: 'string' }),
  query('sort', 'Fields to sort by, with a dash for descending, or as JSON.', { type: 'string' }),
  query('fields', 'Only these fields.', { type: 'string' }),
  query('limit', 'Rows on one page.', { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 50 }),
  query('cursor', '`next` of the page before.', { type: 'string', maxLength: MAX_CURSOR }),
  query('total', 'Count all rows that the filter finds, too.', { type: 'boolean', default: false }),
];

const SPAN = [
  query('from', 'The earlier moment, by what had happened: a date (the whole day, UTC) or time.', { type: 'string', maxLength: 40 }, '2026-01-01'),
  query('to', 'The later moment, by what had happened; now where it is left out.', { type: 'string', maxLength: 40 }),
  query('fromKnownAt', 'The earlier moment, by what was known.', { type: 'string', maxLength: 40 }),
  query('toKnownAt', 'The later moment, by what was known.', { type: 'string', maxLength: 40 }),
];

const EARLIER = [
  query('from', 'Of an analysis that compares: the earlier moment, by what had happened: a date (the whole day, UTC) or time.', { type: 'string', maxLength: 40 }),
  query('fromKnownAt', 'The earlier moment, by what was known.', { type: 'string', maxLength: 40 }),
];

const FORMAT = query('format', 'Rows alone, as a file; or events (text/event-stream): progress while it is worked on, then answer or problem. Every other parameter is one of the analysis.', { type: 'string', enum: ['json', 'events', ...Object.keys(TABLE_FORMATS)], default: 'json' });

const SERIES = [
  query('first', 'The first day. Left out: that of the first event that counts.', { type: 'string', format: 'date' }),
  query('last', 'The last day. Left out: the last one that has ended.', { type: 'string', format: 'date' }),
  query('every', 'How far apart the days are.', { type: 'string', enum: [...INTERVALS], default: 'day' }),
  query('by', 'What was true at the end of each day, what was known then, or what was both.', { type: 'string', enum: [...AXES], default: 'asOf' }),
  query('knownAt', 'With `by=asOf`: only what had been recorded by this date or time counts.', { type: 'string', maxLength: 40 }),
  query('rows', 'The whole answer of each day, not only its summary.', { type: 'boolean', default: false }),
  query('format', '`jsonl`: a day on each line, as soon as it is known.', { type: 'string', enum: ['json', 'jsonl'], default: 'json' }),
];

const COMMAND = [
  header('Idempotency-Key', 'The same key, the same command: it happens once, and is answered the same each time.', { type: 'string', minLength: 1, maxLength: 255 }),
];

/** Of every route. */
export const CORRELATION_ID = header('X-Correlation-Id', 'Comes back with the answer, and stands in each line of the log and in the events.', { type: 'string', maxLength: 128 });

/** What routes take that their controllers do not declare one by one, by controller and method. */
export const PARAMETERS_OF: Readonly<Record<string, readonly Schema[]>> = {
  Commands_send: COMMAND,
  Views_list: [...LIST, ...FRESHNESS],
  Views_row: FRESHNESS,
  Views_report: FRESHNESS,
  Views_aggregate: FRESHNESS,
  Analyses_answer: [...FRESHNESS, ...EARLIER, FORMAT],
  Warehouse_why: [...FRESHNESS.filter(({ name }) => ['asOf', 'knownAt'].includes(name as string)), query('position', 'As of this position of the log.', { type: 'integer', minimum: 0 })],
  Cube_mart: FRESHNESS.filter(({ name }) => ['asOf', 'knownAt'].includes(name as string)),
  Analyses_explain: [...FRESHNESS, ...EARLIER],
  Analyses_series: [...SERIES, POLICIES_AS_OF, ...EARLIER],
  Changes_list: [...SPAN, ...LIST.filter(({ name }) => ['fields', 'limit', 'cursor'].includes(name as string))],
  Changes_row: SPAN,
  WhatIf_changes: [...LIST.filter(({ name }) => ['fields', 'limit', 'cursor'].includes(name as string)), ...FRESHNESS.filter(({ name }) => ['asOf', 'knownAt'].includes(name as string))],
  Customers_search: [...LIST, ...FRESHNESS],
  Customers_one: FRESHNESS, Customers_price: FRESHNESS,
};

export const PIPELINE_BODY: Schema = {
  required: true,
  description: `At most ${MAX_STAGES} stages. Allowed: ${STAGES.join(', ')}.`,
  content: {
    'application/json': {
      schema: { type: 'array', maxItems: MAX_STAGES, items: { type: 'object', minProperties: 1, maxProperties: 1, propertyNames: { enum: STAGES } } },
      example: [{ $group: { _id: null, count: { $sum: 1 } } }],
    },
  },
};

export const POLICIES_BODY: Schema = {
  required: true,
  description: 'The policies: each a command that would publish it. `replaced`: they are all there ever were. `kept`: they come after the published ones, as if published now.',
  content: {
    'application/json': {
      schema: {
        type: 'object', required: ['policies'], additionalProperties: false,
        properties: {
          policies: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'object', required: ['command'], properties: { command: { type: 'string' } }, additionalProperties: true } },
          published: { type: 'string', enum: ['replaced', 'kept'], default: 'replaced' },
        },
      },
    },
  },
};
