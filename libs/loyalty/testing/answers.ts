import { type FindOptions, type View, type ViewReader } from '#event-sourcing';
import { evaluateFind } from '#event-sourcing/query';

type Rows = ReadonlyMap<string, object>;

/** Reads from rows that a test folded, by the name of their view. */
export function readerOf(views: Readonly<Record<string, Rows>>): ViewReader {
  const documents = (name: string) => [...(views[name] ?? new Map<string, object>())].map(([_id, row]) => ({ ...row, _id }));
  return {
    get: async <Row extends object>(view: View<Row, unknown>, key: string) => views[view.name]?.get(key) as Row | undefined,
    find: async <Row extends object>(view: View<Row, unknown>, options?: FindOptions) => evaluateFind(documents(view.name), options ?? {}) as unknown as (Row & { _id: string })[],
    aggregate: () => Promise.reject(new Error('The rows of a test are not aggregated.')),
  };
}

/** Every row as a query at this moment would see it. */
export async function answersOf<Row extends object, Answer>(view: View<Row, Answer>, rows: ReadonlyMap<string, Row>, now: string, reader: ViewReader): Promise<Map<string, Answer>> {
  const computation = view.computation!;
  const known = await computation.parameters!(reader);
  return new Map([...rows].map(([key, row]) => [key, computation.compute(row, now, known)]));
}

/** What a report of the view says at this moment; rows are computed one by one, as queries do it. */
export async function reportOf<Row extends object, Answer>(view: View<Row, Answer>, name: string, rows: ReadonlyMap<string, Row>, now: string, reader: ViewReader): Promise<unknown> {
  const computation = view.computation!;
  const known = await computation.parameters!(reader);
  async function* answers(): AsyncIterable<Answer> {
    for (const row of rows.values()) yield computation.compute(row, now, known);
  }
  return view.reports.get(name)!.run(answers() as AsyncIterable<never>, now, known);
}
