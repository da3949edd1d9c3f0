import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import type { AggregateOptions, Document, Filter, FindOptions, Pipeline, Sort, StoredDocument } from '#event-sourcing';
import { aggregate, evaluating, fieldsRead, matching, page, projected, sortedPage, totalSort } from '#event-sourcing/query';
import { Collections, type Collection } from './collections.js';
import { columnOf, marked } from './columns.js';
import { UnusableDatabase, snapshot } from './database.js';
import { narrow, type Narrowing } from './narrowing.js';

/** What can be asked of a collection; plain data, so that it can be sent to another process. */
export type Query =
  | { kind: 'find'; collection: string; options: FindOptions }
  | { kind: 'count'; collection: string; filter: Filter }
  | { kind: 'aggregate'; collection: string; pipeline: Pipeline; options: AggregateOptions };

/** A query would look at more documents than it was allowed to. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';
}

interface Prepared {
  statement: StatementSyncInstance;
  /** Whether SQLite collects and sorts all rows before it gives the first. */
  sorts: boolean;
}

/** How the candidates of a filter are read. */
interface Plan extends Narrowing {
  collection: Collection;
  /** SQL's order, undefined where SQL cannot give the order that is asked for. */
  order: string | undefined;
}

interface Row {
  key: string;
  document: string;
  /** Parts of the document instead of the whole. */
  [part: `f${number}`]: string | null;
}

interface Reading {
  /** Documents that may be looked at. */
  budget?: number;
  limit?: number;
  skip?: number;
  /** Top-level fields that are enough. */
  fields?: readonly string[] | undefined;
}

/** Counting rows costs that much less than reading a document. */
const ROWS_PER_DOCUMENT = 100;

/** Answers from one connection to the database. An index narrows and orders, the query language decides. */
export class DocumentReader {
  private readonly collections: Collections;
  private readonly prepared = new LRUCache<string, Prepared>({ max: 500 });

  constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly file: string,
  ) {
    this.collections = new Collections(database);
  }

  /** @param budget documents that may be looked at. @throws OverBudget they are not enough. */
  answer(query: Query, budget = Infinity): unknown {
    return snapshot(this.database, () => this.run(query, budget));
  }

  load(name: string, keys: readonly string[]): Map<string, StoredDocument> {
    const collection = this.collections.get(name);
    if (!collection) return new Map();
    const sql = `SELECT d.key, position, document FROM json_each(?) CROSS JOIN ${collection.table} AS d ON d.key = value`;
    const rows = this.prepare(sql).statement.all(JSON.stringify(keys)) as (Row & { position: number })[];
    return new Map(rows.map(({ key, position, document }) => [key, { position, document: document === null ? null : this.parse(document) }]));
  }

  get(name: string, key: string): Document | undefined {
    const collection = this.collections.get(name);
    if (!collection) return undefined;
    const row = this.prepare(`SELECT key, document FROM ${collection.table} WHERE key = ? AND document IS NOT NULL`).statement.get(key) as Row | undefined;
    return row && this.toDocument(row);
  }

  /** How SQLite reads the candidates of a find, in its own words. */
  explain(name: string, { filter = {}, sort }: FindOptions): string[] {
    const collection = this.collections.get(name);
    return collection ? this.explainedPlan(this.plan(collection, filter, totalSort(sort))) : [];
  }

  private run(query: Query, budget: number): unknown {
    const collection = this.collections.get(query.collection);
    switch (query.kind) {
      case 'find':
        return collection ? evaluating(() => this.find(collection, query.options, budget)) : [];
      case 'count':
        return collection ? evaluating(() => this.count(collection, query.filter, budget)) : 0;
      case 'aggregate':
        if (!collection) return evaluating(() => aggregate([], query.pipeline, query.options));
        return evaluating(() => this.aggregate(collection, query.pipeline, query.options));
    }
  }

  private find(collection: Collection, options: FindOptions, budget: number): Document[] {
    const { filter = {}, sort, skip = 0, limit = -1, projection } = options;
    const plan = this.plan(collection, filter, totalSort(sort));
    if (plan.order !== undefined && plan.complete) return projected([...this.candidates(plan, { budget, limit, skip })], projection);
    const found = matching(this.candidates(plan, { budget }), filter);
    return projected(plan.order === undefined ? sortedPage(found, options) : page(found, options), projection);
  }

  private count(collection: Collection, filter: Filter, budget: number): number {
    const plan = this.plan(collection, filter, {});
    if (plan.complete) return this.countRows(plan, budget * ROWS_PER_DOCUMENT);
    let count = 0;
    for (const _ of matching(this.candidates(plan, { budget }), filter)) count++;
    return count;
  }

  private aggregate(collection: Collection, pipeline: Pipeline, { maxDocuments }: AggregateOptions): Record<string, unknown>[] {
    const { filter, sort, rest } = leading(pipeline);
    const plan = this.plan(collection, filter, sort);
    const fields = nameable(fieldsRead(pipeline));
    const candidates = this.candidates(plan, { fields });
    const matches = plan.complete ? candidates : matching(candidates, filter);
    try {
      return aggregate(matches, plan.order === undefined ? [{ $sort: sort }, ...rest] : rest, { maxDocuments });
    } finally {
      candidates.return(undefined);
    }
  }

  private plan(collection: Collection, filter: Filter, sort: Sort): Plan {
    const knowledge = {
      isIndexed: (path: string) => collection.paths.has(path),
      isMarked: (path: string) => this.isMarked(collection, path),
    };
    return { ...narrow(filter, knowledge), collection, order: this.order(collection, sort) };
  }

  private order(collection: Collection, sort: Sort): string | undefined {
    const terms = Object.entries(sort).map(([path, direction]) => {
      const isExact = path === '_id' || (collection.paths.has(path) && !this.isMarked(collection, path));
      return isExact ? `${columnOf(path)} ${direction === 1 ? 'ASC' : 'DESC'}` : undefined;
    });
    return terms.includes(undefined) ? undefined : terms.join(', ');
  }

  /** Every indexed path has an index that tells this at once. */
  private isMarked({ table }: Collection, path: string): boolean {
    if (path === '_id') return false;
    return this.prepare(`SELECT 1 FROM ${table} WHERE ${marked(path)} LIMIT 1`).statement.get() !== undefined;
  }

  private *candidates(plan: Plan, { budget = Infinity, limit = -1, skip = 0, fields }: Reading): Generator<Document> {
    const { statement, sorts } = this.prepare(`SELECT key, ${columnsFor(fields)} ${from(plan)} ${ordered(plan)} LIMIT ? OFFSET ?`);
    if (sorts && budget < Infinity) this.countRows(plan, budget);
    const toDocument = fields ? this.partsToDocument(fields) : (row: Row) => this.toDocument(row);
    let left = budget;
    for (const row of statement.iterate(...plan.parameters, limit, skip) as Iterable<Row>) {
      if (left-- <= 0) throw new OverBudget();
      yield toDocument(row);
    }
  }

  /** Rows that meet the conditions. @throws OverBudget there are more than the budget. */
  private countRows(plan: Plan, budget: number): number {
    if (budget === Infinity) return (this.prepare(`SELECT count(*) AS n ${from(plan)}`).statement.get(...plan.parameters) as { n: number }).n;
    const sql = `SELECT count(*) AS n FROM (SELECT 1 ${from(plan)} LIMIT ?)`;
    const { n } = this.prepare(sql).statement.get(...plan.parameters, budget + 1) as { n: number };
    if (n > budget) throw new OverBudget();
    return n;
  }

  private prepare(sql: string): Prepared {
    const known = this.prepared.get(sql);
    if (known) return known;
    const prepared = { statement: this.database.prepare(sql), sorts: this.explained(sql).some((step) => step.includes('TEMP B-TREE')) };
    this.prepared.set(sql, prepared);
    return prepared;
  }

  private explainedPlan(plan: Plan): string[] {
    return this.explained(`SELECT key, document ${from(plan)} ${ordered(plan)}`);
  }

  private explained(sql: string): string[] {
    return this.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }: { detail: string }) => detail);
  }

  forget(): void {
    this.prepared.clear();
  }

  private toDocument({ key, document }: Row): Document {
    return { _id: key, ...this.parse(document) };
  }

  private partsToDocument(fields: readonly string[]): (row: Row) => Document {
    return (row) => {
      const document: Document = { _id: row.key };
      fields.forEach((field, i) => {
        const part = row[`f${i}`];
        if (typeof part === 'string') document[field] = this.parse(part);
      });
      return document;
    };
  }

  private parse(text: string): object {
    try {
      return JSON.parse(text) as object;
    } catch (error) {
      throw UnusableDatabase.because(this.file, `is damaged (${(error as Error).message})`, { cause: error });
    }
  }
}

const from = ({ collection, conditions }: Plan): string => `FROM ${collection.table} WHERE ${['document IS NOT NULL', ...conditions].join(' AND ')}`;

const ordered = ({ order }: Plan): string => (order ? `ORDER BY ${order}` : '');

/** The whole document, or each field that is asked for as JSON, NULL where it is missing. */
const columnsFor = (fields: readonly string[] | undefined): string =>
  fields ? ['NULL AS none', ...fields.map((field, i) => `document -> '$."${field}"' AS f${i}`)].join(', ') : 'document';

const MAX_PARTS = 8;

/** The fields if there are so few that reading them one by one is worth it, and SQLite can name them. */
function nameable(fields: ReadonlySet<string> | undefined): string[] | undefined {
  const others = [...(fields ?? [])].filter((field) => field !== '_id');
  return fields && others.length <= MAX_PARTS && others.every((field) => /^(?!__proto__$)[\p{L}\p{N}_ -]+$/u.test(field)) ? others : undefined;
}

interface Leading {
  filter: Filter;
  sort: Sort;
  rest: Pipeline;
}

/** What the first stages of a pipeline filter and sort, and the stages after them. */
function leading(pipeline: Pipeline): Leading {
  const end = pipeline.findIndex((stage) => !('$match' in stage));
  const matches = end < 0 ? pipeline : pipeline.slice(0, end);
  const filters = matches.map(({ $match }) => $match as Filter);
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {});
  const [first, ...others] = pipeline.slice(matches.length);
  return first && '$sort' in first ? { filter, sort: first.$sort as Sort, rest: others } : { filter, sort: {}, rest: first ? [first, ...others] : [] };
}
