import type { AnyView, View, ViewReader } from '../../modelling/view.js';
import type { FindOptions, Pipeline } from '../../ports/document-store.js';
import { aggregate, evaluateFind } from '../../query/index.js';
import type { StoredDocument } from '../moments/rows-reader.js';

/** Documents that would be others, by their keys; undefined where there would be none. */
export type Instead = ReadonlyMap<string, StoredDocument | undefined>;

/** Reads each thing once, for as long as nothing moves that is read. */
export function readingOnce(reader: ViewReader): Pick<ViewReader, 'get' | 'find'> {
  const found = new Map<string, Promise<unknown>>();
  const once = <T>(question: unknown[], ask: () => Promise<T>): Promise<T> => {
    const name = JSON.stringify(question);
    const known = (found.get(name) as Promise<T> | undefined) ?? ask();
    found.set(name, known);
    return known;
  };
  return {
    get: (view, key) => once(['get', view.name, key], () => reader.get(view, key)),
    find: (view, options) => once(['find', view.name, options], () => reader.find(view, options)),
  };
}

/** Views as they would be with other documents instead of some of theirs. */
export function readerWithout(reader: Pick<ViewReader, 'get' | 'find'>, insteadIn: (view: AnyView) => Promise<Instead>): ViewReader {
  const find = async <Row extends object>(view: View<Row, unknown>, options: FindOptions = {}): Promise<(Row & { _id: string })[]> => {
    const instead = await insteadIn(view);
    if (instead.size === 0) return reader.find(view, options);
    const others = [...instead.values()].filter((document) => document !== undefined);
    const { filter, projection, ...order } = options;
    // An order and a page are of all documents: only then are those that stay looked at again.
    const isWhole = Object.keys(order).length === 0;
    const stay = await reader.find(view, isWhole ? options : {});
    const left = stay.filter(({ _id }) => !instead.has(_id));
    const found = isWhole ? [...left, ...evaluateFind(others, { ...(filter && { filter }), ...(projection && { projection }) })] : evaluateFind([...left, ...others] as never, options);
    return found as unknown as (Row & { _id: string })[];
  };
  return {
    find,
    get: async <Row extends object>(view: View<Row, unknown>, key: string) => {
      const instead = await insteadIn(view);
      return instead.has(key) ? (instead.get(key) as Row | undefined) : reader.get(view, key);
    },
    aggregate: async (view: AnyView, pipeline: Pipeline) => aggregate(await find(view as View<object, unknown>), pipeline),
  };
}
