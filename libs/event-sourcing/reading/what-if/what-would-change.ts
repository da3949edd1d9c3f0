import type { AnyView, ViewReader } from '../../modelling/view.js';
import { InvalidQuery, type Document, type Filter } from '../../ports/document-store.js';
import { evaluateFind } from '../../query/index.js';
import { documentsIn } from '../folding-in-memory.js';
import { differencesOf, type Difference } from '../moments/differences.js';
import type { Moment } from '../moments/moment.js';
import { readerInstead } from '../reader-instead.js';
import { isChangedBy, type Sandbox } from './sandbox.js';
import type { Supposition } from './supposition.js';

/** What would be different in a row, and what either value rests on. */
export interface SupposedDifference extends Difference {
  because: { before: Record<string, unknown>; after: Record<string, unknown> };
}

interface Asked {
  view: AnyView;
  moment: Moment;
  /** ISO 8601. */
  now: string;
  /** The views of that moment. */
  read: ViewReader;
  /** Adds the fields of the moment, as things are. */
  compute?: ((row: Document) => Document) | undefined;
  /** Only differences in these. */
  fields: readonly string[] | undefined;
}

interface Rows {
  stored: AsyncIterable<Document>;
  filter: Filter;
  /** What is shown of a row. */
  row: <Row extends object>(row: Row) => Row;
}

type Pair = readonly [before: Document | undefined, after: Document | undefined];

/**
 * Rows that would be others, in the order of their keys. Where the events of the supposition touch only what a row is
 * computed with, the stored row is computed twice; where they touch the rows themselves, history is replayed.
 * @throws InvalidQuery the view shows nothing that could be otherwise.
 */
export async function* whatWouldChange(asked: Asked, supposed: Supposition, { stored, filter, row }: Rows, sandbox: Sandbox): AsyncGenerator<SupposedDifference> {
  const { view, moment, fields, compute = asItIs } = asked;
  const isOther = isChangedBy(view, supposed);
  if (!view.computation && !isOther) throw new InvalidQuery(`${view.name} does not depend on policies: it is what its events say, whatever they are.`);
  const because = view.computation?.because ?? [];
  const wanted = fields ?? outcomeOf(view);
  const computeThen = await computationThen(asked, supposed, sandbox);
  for await (const [before, after] of isOther ? replayed(view, moment, supposed, filter, sandbox) : twice(stored)) {
    const [was, is] = [before && row(compute(before)), after && row(computeThen(after))];
    for await (const difference of differencesOf(one(was), one(is), wanted)) {
      yield { ...difference, because: { before: only(was, because), after: only(is, because) } };
    }
  }
}

/** What is compared where nobody says; of a view that computes nothing, every field. */
function outcomeOf({ computation }: AnyView): readonly string[] | undefined {
  return computation && (computation.outcome ?? computation.fields);
}

const asItIs = (document: Document): Document => document;

/** What adds the fields of the moment by the policies of the supposition. */
async function computationThen({ view: { computation }, moment, now, read }: Asked, supposed: Supposition, sandbox: Sandbox): Promise<(document: Document) => Document> {
  if (!computation) return asItIs;
  const parameters = await computation.parameters?.(readerInstead(read, sandbox.instead(supposed, moment)));
  return ({ _id, ...row }) => ({ _id, ...(computation.compute(row, now, parameters) as object) });
}

async function* replayed(view: AnyView, moment: Moment, supposed: Supposition, filter: Filter, sandbox: Sandbox): AsyncGenerator<Pair> {
  const [before, after] = [await sandbox.rows(view, moment), await sandbox.rows(view, moment, supposed)].map((rows) => new Map(evaluateFind(documentsIn(rows), { filter }).map((document) => [document._id, document])));
  for (const key of [...new Set([...before!.keys(), ...after!.keys()])].sort()) yield [before!.get(key), after!.get(key)];
}

async function* twice(documents: AsyncIterable<Document>): AsyncGenerator<Pair> {
  for await (const document of documents) yield [document, document];
}

async function* one(document: Document | undefined): AsyncGenerator<Document> {
  if (document) yield document;
}

function only(row: Document | undefined, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => row && field in row).map((field) => [field, row![field]]));
}
