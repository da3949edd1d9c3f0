import { type AnalysisAnswer, type DayAnswer, type Plot } from '#event-sourcing';
import { type RowExplanation } from '../access/access.js';
import { digitsOf } from './digits.js';
import { fieldsTable, rowsTable, table } from './output.js';

const PLOTS_AT_MOST = 4;

/** Summary, notes and the first rows. */
export function answerText({ analysis, version, now, from, summary, notes, columns, rows }: AnalysisAnswer, limit: number): string {
  const of = from === undefined ? `as of ${now}` : `from ${from} to ${now}`;
  const shown = rows.slice(0, limit).map((row) => Object.fromEntries(columns.map(({ name }) => [name, forPeople(row[name])])));
  return [
    `${analysis} (version ${version}) ${of}`,
    ...(Object.keys(summary).length > 0 ? [fieldsTable(forPeople(summary) as Record<string, unknown>)] : []),
    ...notes.map((line) => `Note: ${line}`),
    rows.length > 0 ? rowsTable(shown) : 'No rows.',
  ].join('\n');
}

export function explanationText({ key, factors, by, notes, restsOn }: RowExplanation): string {
  return [
    key,
    ...(factors.length === 0 ? [] : [table(['number', 'is', 'without these events', 'events'], factors.map(({ factor, of, record, value, without, events }) =>
      [[factor, ...Object.values(of ?? {}), ...(record === undefined ? [] : [`of ${record}`])].join(' · '), cell(value), cell(without), named(events)]))]),
    ...(restsOn ? [`It rests on ${restsOn.records} records: ${named(restsOn.first, restsOn.records)}`] : []),
    ...(by ? [fieldsTable(by)] : []),
    ...(notes ?? []).map((line) => `Note: ${line}`),
  ].join('\n');
}

const NAMED = 8;
const named = (ids: readonly string[], all = ids.length): string => [...ids.slice(0, NAMED), ...(all > NAMED ? [`and ${all - NAMED} more (--json)`] : [])].join(' ');

const cell = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(forPeople(value)) : forPeople(value));

/** A line for each day: the simple figures of its summary. */
export function seriesTable(days: readonly DayAnswer[], limit: number): string {
  if (days.length === 0) return 'No days.';
  const rows = days.slice(-limit).map(({ day, answer }) => ({ day, ...(forPeople(simple(answer.summary)) as object) }));
  return [...(days.length > limit ? [`The last ${limit} of ${days.length} days; all with --limit, --jsonl or --json.`] : []), rowsTable(rows)].join('\n');
}

/** A line for each figure of the summaries. */
export function seriesPlots(days: readonly DayAnswer[]): Plot[] {
  const figures = new Set(days.flatMap(({ answer }) => Object.entries(simple(answer.summary)).filter(([, value]) => typeof value === 'number').map(([name]) => name)));
  return [...figures].slice(0, PLOTS_AT_MOST).map((name) => ({
    title: name, kind: 'line', x: `0 is ${days[0]!.day}, ${days.length - 1} is ${days.at(-1)!.day}`, series: [{ name, points: days.map(({ answer }, index) => [index, numberOf(answer.summary[name])] as const) }],
  }));
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);

const simple = (summary: Record<string, unknown>) => Object.fromEntries(Object.entries(summary).filter(([, value]) => typeof value !== 'object' || value === null));

/** Numbers with as many digits as mean something. */
function forPeople(value: unknown): unknown {
  if (typeof value === 'number') return digitsOf(value);
  if (Array.isArray(value)) return value.map(forPeople);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, forPeople(part)]));
}
