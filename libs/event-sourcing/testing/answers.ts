import type { AnyView, View, ViewReader } from '../modelling/view.js';
import type { FindOptions, Pipeline } from '../ports/document-store.js';
import { aggregatePages, evaluateFind } from '../query/index.js';

/** Rows by their keys. */
export type Rows<Row extends object = object> = ReadonlyMap<string, Row>;

/** Reads from rows that a test folded, by the name of their view; a view that is not there has none. */
export function readerOf(views: Readonly<Record<string, Rows>>): ViewReader {
  const documents = (name: string) => [...(views[name] ?? new Map<string, object>())].map(([_id, row]) => ({ ...row, _id }));
  return {
    get: async <Row extends object>(view: View<Row, unknown>, key: string) => views[view.name]?.get(key) as Row | undefined,
    find: async <Row extends object>(view: View<Row, unknown>, options?: FindOptions) => evaluateFind(documents(view.name), options ?? {}) as unknown as (Row & { _id: string })[],
    aggregate: (view: AnyView, pipeline: Pipeline) => aggregatePages(onePage(documents(view.name)), pipeline, { timeoutMs: 5_000, maxDocuments: 10_000 }),
  };
}

/** Every row as a query at this moment would see it, with its computed fields. @param now ISO 8601 */
export async function answersOf<Row extends object, Answer>(view: View<Row, Answer>, rows: Rows<Row>, now: string, reader: ViewReader): Promise<Map<string, Answer>> {
  const { computation } = view;
  if (!computation) return new Map(rows) as unknown as Map<string, Answer>;
  const known = await computation.parameters?.(reader);
  return new Map([...rows].map(([key, row]) => [key, computation.compute(row, now, known)]));
}

/** What a report of the view says at this moment; rows are computed one by one, as queries do it. @throws Error the view has no such report. */
export async function reportOf<Row extends object, Answer>(view: View<Row, Answer>, name: string, rows: Rows<Row>, now: string, reader: ViewReader): Promise<unknown> {
  const report = view.reports.get(name);
  if (!report) throw new Error(`${view.name} has no report "${name}". Reports: ${[...view.reports.keys()].join(', ') || 'none'}.`);
  const known = await view.computation?.parameters?.(reader);
  return report.run(oneByOne(await answersOf(view, rows, now, reader)) as AsyncIterable<never>, now, known);
}

async function* onePage<T>(page: T[]): AsyncGenerator<T[]> {
  yield page;
}

async function* oneByOne<Answer>(answers: ReadonlyMap<string, Answer>): AsyncGenerator<Answer> {
  yield* answers.values();
}
