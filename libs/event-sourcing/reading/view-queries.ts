import type { AnyView, Computation, ViewReader } from '../modelling/view.js';
import { InvalidQuery, type Document, type DocumentStore, type Filter, type Pipeline, type Sort } from '../ports/document-store.js';
import { StoreUnavailable, type Position } from '../ports/event-store.js';
import { aggregatePages, evaluateFind, evaluateProjection, refuseInexact } from '../query/index.js';
import type { Clock } from '../support.js';
import { splitFilter } from './computed-fields.js';
import { afterCursor, cursorAfter } from './cursor.js';
import type { ProjectedView } from './projected-view.js';
import type { MomentCollections, ReplayProgress } from './moments/moment-collections.js';
import type { Policies } from './policies/policies.js';
import { readerInstead, type RowsInstead } from './reader-instead.js';
import { presentOf, refuseFuture, type Moment, type Span } from './moments/moment.js';
import { changesBetween, differencesOf, type Change, type Difference } from './moments/differences.js';
import { changesByEvent, type CausedChange } from './moments/changes-by-event.js';
import { pastDocument } from './moments/past-document.js';
import type { Sandbox } from './what-if/sandbox.js';
import { whatWouldChange, type SupposedDifference } from './what-if/what-would-change.js';
import type { PolicyQuestion } from './what-if/supposition.js';
import type { DocumentHistories } from './interpreting/document-histories.js';
import type { Readings } from './interpreting/readings.js';
import { UnknownView } from './errors.js';
import type { Projector } from './projector.js';

export interface ListQuery {
  filter?: Filter;
  sort?: Sort;
  projection?: Record<string, unknown>;
  /** 1 to {@link MAX_PAGE}; default 50. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface Freshness {
  /** The answer must hold all events up to this position. */
  after?: Position;
  /** How long to wait for that. Default 5,000 ms. */
  timeoutMs?: number;
  /** The answer as of this moment, instead of now. */
  moment?: Moment;
  /** The policies in force at this moment decide, as if there had never been others, instead of those then in force. */
  policies?: Moment;
  onProgress?: (progress: ReplayProgress) => void;
}

/** `position`: the view held all events up to here when it answered. */
export interface Answer<T> {
  value: T;
  position: Position;
}

export interface Page {
  items: Record<string, unknown>[];
  /** Give it as `cursor` to go on; absent on the last page. */
  next?: string;
}

export const MAX_PAGE = 1_000;
const QUERY_TIMEOUT_MS = 5_000;
const AGGREGATE_DOCUMENTS = 10_000;

/** The view did not come to the position in time. */
export class NotYetThere extends Error {
  override readonly name = 'NotYetThere';
  constructor(
    readonly view: string,
    readonly asked: Position,
    readonly position: Position,
  ) {
    super(`${view} is at position ${position} and did not reach ${asked} in time. Ask again later, or without a position for what there is.`);
  }
}

interface Prepared {
  collection: string;
  position: Position;
  now: string;
  /** The views of the same moment. */
  read: ViewReader;
  parameters?: unknown;
  /** Adds the fields of the moment; absent where the view has none. */
  compute?: (row: Document) => Document;
}

export type Computing = Omit<Prepared, 'collection' | 'position'>;

/** What of a view is read whole. */
export interface WholeRead {
  /** With the fields of the moment. */
  computed: boolean;
  /** Rows of views that are supposed to be others. */
  instead?: RowsInstead | undefined;
}

/** How documents of a view get the fields of a moment. */
export interface Showing extends Pick<Prepared, 'now' | 'read' | 'parameters'> {
  /** Absent where documents are shown as they are stored. */
  computation: AnyView['computation'];
}

export interface DifferencesQuery {
  /** Only differences in these fields. */
  fields?: readonly string[];
  /** 1 to {@link MAX_PAGE}; default 50. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface WhatIfQuery extends DifferencesQuery {
  /** As of this moment, instead of now. */
  moment?: Moment;
}

/** Which rows an answer may be made of, and how each is shown. */
export interface Shown {
  filter: Filter;
  row: <Row extends object>(row: Row) => Row;
}

const EVERYTHING: Shown = { filter: {}, row: (row) => row };

/** Where answers as of a moment come from. */
export interface Past {
  readings: Readings;
  histories: DocumentHistories;
  collections: MomentCollections;
  policies: Policies;
  /** The end of the log, once the trails hold it. */
  head(): Promise<Position>;
}

/** Questions to views. What depends on time is computed for the moment of the question. */
export class ViewQueries {
  private readonly parameters = new Map<string, { read: Map<string, Position>; value: unknown }>();

  constructor(
    private readonly projector: Projector,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
    private readonly past: Past,
    private readonly sandbox: Sandbox,
  ) {}

  /** One document; undefined where there is none. @throws NotYetThere @throws UnknownView */
  async get(view: string, key: string, freshness: Freshness = {}): Promise<Answer<Record<string, unknown> | undefined>> {
    if (isPast(freshness)) return this.getPast(view, key, freshness);
    const prepared = await this.prepare(view, freshness);
    const row = await this.documents.get(prepared.collection, key);
    return { value: row && (prepared.compute?.(row) ?? row), position: prepared.position };
  }

  /** A page of a list. @throws InvalidQuery @throws NotYetThere @throws UnknownView */
  async find(view: string, query: ListQuery = {}, freshness: Freshness = {}): Promise<Answer<Page>> {
    const prepared = await this.prepare(view, freshness);
    const limit = checkedLimit(query.limit);
    const sort = query.sort ?? {};
    const rows = await this.rows(view, prepared, query, sort, limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const items = query.projection
      ? evaluateProjection(rows.slice(0, limit), query.projection)
      : rows.slice(0, limit);
    return { value: { items, ...(last && { next: cursorAfter(last, sort) }) }, position: prepared.position };
  }

  /** How many rows a filter finds. */
  async count(view: string, filter: Filter = {}, freshness: Freshness = {}): Promise<Answer<number>> {
    const prepared = await this.prepare(view, freshness);
    const { stored, computed } = splitFilter(filter, this.computation(view)?.fields ?? []);
    if (!computed) return { value: await this.documents.count(prepared.collection, stored), position: prepared.position };
    let count = 0;
    for await (const page of this.computedPages(prepared, stored)) count += evaluateFind(page, { filter: computed }).length;
    return { value: count, position: prepared.position };
  }

  /** A read-only aggregation in MongoDB's language, within limits of time and size. @throws InvalidQuery @throws QueryTooExpensive */
  async aggregate(view: string, pipeline: Pipeline, freshness: Freshness = {}): Promise<Answer<Record<string, unknown>[]>> {
    const prepared = await this.prepare(view, freshness);
    const limits = { timeoutMs: QUERY_TIMEOUT_MS, maxDocuments: AGGREGATE_DOCUMENTS };
    const value = prepared.compute
      ? await aggregatePages(this.computedPages(prepared, {}), pipeline, limits)
      : await this.documents.aggregate(prepared.collection, pipeline, limits);
    refuseInexact(value);
    return { value, position: prepared.position };
  }

  /** A report that the view declares. @throws InvalidQuery it has none of this name. */
  async report(view: string, name: string, freshness: Freshness = {}, shown: Shown = EVERYTHING): Promise<Answer<unknown>> {
    const declared = this.projector.get(view).view;
    const report = declared.reports.get(name);
    if (!report) throw new InvalidQuery(`${view} has no report "${name}". Reports: ${[...declared.reports.keys()].join(', ') || 'none'}.`);
    const prepared = await this.prepare(view, freshness);
    const value = await report.run(flatten(this.shownPages(prepared, shown)) as AsyncIterable<never>, prepared.now, prepared.parameters);
    return { value, position: prepared.position };
  }

  /** Every row of a view that is fed. */
  async everyRow(view: AnyView, freshness: Freshness, { computed, instead }: WholeRead): Promise<{ rows: Document[]; position: Position }> {
    const others = await instead?.(view);
    const prepared = await this.prepareInstead(view, freshness, computed, instead);
    if (others) return { rows: others.map((row) => prepared.compute?.(row) ?? row), position: prepared.position };
    const rows: Document[] = [];
    for await (const page of this.computedPages(prepared, {})) for (const row of page) rows.push(row);
    return { rows, position: prepared.position };
  }

  /** What the fields of a view that is fed are computed with. */
  async showing({ name, computation }: AnyView, freshness: Freshness, computed: boolean): Promise<Showing> {
    const { now, read, parameters } = await this.prepare(name, freshness, computed);
    return { now, read, parameters, computation: computed ? computation : undefined };
  }

  /** Whether its documents are in the store, as of now. */
  isFed(view: AnyView): boolean {
    return this.projector.names().includes(view.name) && this.projector.get(view.name).view === view;
  }

  /** What changed in a document between two moments, and each event that changed it. @throws ViewFailed @throws UnknownView */
  async changes(name: string, key: string, { from, to }: Span, { row }: Shown = EVERYTHING): Promise<Answer<{ changes: Change[]; events: CausedChange[] }>> {
    const { view } = this.public(name);
    const [before, after] = [await this.getPast(name, key, { moment: from }), await this.getPast(name, key, { moment: to })];
    const head = await this.past.head();
    const events = await changesByEvent(view, key, { from, to }, { ...this.past, head }, row);
    return { value: { changes: changesBetween(row(withoutKey(before.value)), row(withoutKey(after.value))), events }, position: head };
  }

  /** Which documents entered, left or changed between two moments, in the order of their keys. @throws UnknownView */
  async differences(name: string, { from, to }: Span, { fields, limit, cursor }: DifferencesQuery = {}, shown: Shown = EVERYTHING): Promise<Answer<{ items: Difference[]; next?: string }>> {
    const { view } = this.public(name);
    const [before, after] = [await this.preparePast(view, { moment: from }), await (isNow(to) ? this.prepare(name, {}) : this.preparePast(view, { moment: to }))];
    const filter = both(shown.filter, cursor === undefined ? undefined : { _id: { $gt: cursor } });
    const rows = (prepared: Prepared) => flatten(this.shownPages(prepared, { ...shown, filter }));
    const wanted = checkedLimit(limit);
    const items: Difference[] = [];
    for await (const difference of differencesOf(rows(before), rows(after), fields)) {
      if (items.length === wanted) return { value: { items, next: items.at(-1)!._id }, position: after.position };
      items.push(difference);
    }
    return { value: { items }, position: after.position };
  }

  /** Which rows would be others by other policies, and why. Nothing of that is stored. @throws InvalidQuery @throws InvalidCommand @throws Rejection the policies are none. */
  async whatIf(name: string, question: PolicyQuestion, { fields, limit, cursor, moment }: WhatIfQuery = {}, shown: Shown = EVERYTHING): Promise<Answer<{ items: SupposedDifference[]; next?: string }>> {
    const { view } = this.public(name);
    const supposition = await this.sandbox.supposing(question);
    const prepared = await this.prepare(name, { ...(moment && { moment }) });
    const filter = both(shown.filter, cursor === undefined ? undefined : { _id: { $gt: cursor } });
    const rows = { stored: flatten(this.documents.scan(prepared.collection, filter)), filter, row: shown.row };
    const wanted = checkedLimit(limit);
    const items: SupposedDifference[] = [];
    for await (const difference of whatWouldChange({ ...prepared, view, moment: moment ?? {}, fields }, supposition, rows, this.sandbox)) {
      if (items.length === wanted) return { value: { items, next: items.at(-1)!._id }, position: prepared.position };
      items.push(difference);
    }
    return { value: { items }, position: prepared.position };
  }

  /** What the policies that are asked for change; undefined where those then in force decide. @throws InvalidQuery they are of the future. */
  deciding({ policies }: { policies?: Moment | undefined }): RowsInstead | undefined {
    if (!policies) return undefined;
    this.refuseFuture({ policies });
    return this.past.policies.decidingAt(policies, this.clock.now().toISOString());
  }

  private async prepareInstead(view: AnyView, freshness: Freshness, computed: boolean, instead: RowsInstead | undefined): Promise<Prepared> {
    const prepared = await this.prepare(view.name, freshness, computed && !instead);
    return instead && computed ? { ...prepared, ...(await computing(view, prepared.now, readerInstead(prepared.read, instead))) } : prepared;
  }

  private async getPast(name: string, key: string, freshness: Freshness): Promise<Answer<Record<string, unknown> | undefined>> {
    const { view } = this.public(name);
    this.refuseFuture(freshness);
    const position = await this.past.head();
    const row = await pastDocument(view, key, freshness.moment ?? {}, { ...this.past, head: position });
    const compute = row && (await this.pastComputation(view, freshness)).compute;
    const document = row && { _id: key, ...row };
    return { value: document && (compute?.(document) ?? document), position };
  }

  private async preparePast(view: AnyView, freshness: Freshness, computed = true): Promise<Prepared> {
    this.refuseFuture(freshness);
    const at = await this.past.collections.of(view, freshness.moment ?? {}, freshness.onProgress);
    return { ...at, ...(await this.pastComputation(view, freshness, computed)) };
  }

  /** What adds the fields of the moment, by the policies then in force or those that are asked for. */
  private async pastComputation(view: AnyView, { moment = {}, policies }: Freshness, computed = true): Promise<Computing> {
    const now = presentOf(moment, this.clock.now().toISOString());
    const then = this.readerOf(async (other: AnyView) => (await this.past.collections.of(other, moment)).collection);
    const instead = this.deciding({ policies });
    const read = instead ? readerInstead(then, instead) : then;
    return computed ? computing(view, now, read) : { now, read };
  }

  private refuseFuture({ moment = {}, policies = {} }: Freshness): void {
    const now = this.clock.now();
    refuseFuture(moment, now);
    refuseFuture(policies, now);
  }

  /** @throws UnknownView there is none that may be asked. */
  private public(name: string): ProjectedView {
    const projected = this.projector.get(name);
    if (projected.view.options.internal) throw new UnknownView(name, this.projector.names());
    return projected;
  }

  private async prepare(name: string, freshness: Freshness, computed = true): Promise<Prepared> {
    const projected = this.public(name);
    if (isPast(freshness)) return this.preparePast(projected.view, freshness, computed);
    const { after, timeoutMs = 5_000 } = freshness;
    if (after !== undefined && !(await this.projector.reaches(name, after, timeoutMs))) {
      throw new NotYetThere(name, after, projected.written);
    }
    const now = this.clock.now().toISOString();
    const prepared = { collection: collectionOf(projected), position: projected.written, now, read: this.reader(new Map()) };
    const computation = this.computation(name);
    if (!computation || !computed) return prepared;
    const parameters = await this.parametersOf(projected.view);
    const compute = ({ _id, ...row }: Document) => ({ _id, ...(computation.compute(row, now, parameters) as object) });
    return { ...prepared, parameters, compute };
  }

  private async rows(view: string, prepared: Prepared, query: ListQuery, sort: Sort, limit: number): Promise<Document[]> {
    const order: Sort = { ...sort, _id: 1 };
    const after = query.cursor === undefined ? undefined : afterCursor(query.cursor, sort);
    const filter = both(query.filter, after);
    const fields = this.computation(view)?.fields ?? [];
    const { stored, computed } = splitFilter(filter, fields);
    if (!computed && !Object.keys(sort).some((path) => fields.includes(path.split('.')[0]!))) {
      const rows = await this.documents.find(prepared.collection, { filter: stored, sort: order, limit });
      return prepared.compute ? rows.map(prepared.compute) : rows;
    }
    const matching: Document[] = [];
    for await (const page of this.computedPages(prepared, stored)) matching.push(...evaluateFind(page, { filter: computed ?? {} }));
    return evaluateFind(matching, { sort: order, limit });
  }

  private async *computedPages(prepared: Prepared, filter: Filter): AsyncIterable<Document[]> {
    for await (const page of this.documents.scan(prepared.collection, filter)) {
      yield prepared.compute ? page.map(prepared.compute) : [...page];
    }
  }

  private async *shownPages(prepared: Prepared, { filter, row }: Shown): AsyncIterable<Document[]> {
    for await (const page of this.computedPages(prepared, filter)) yield page.map(row);
  }

  private computation(view: string): Computation<object, unknown, unknown> | undefined {
    return this.projector.get(view).view.computation;
  }

  /** Computed once for as long as no view that they were read from has moved. */
  private async parametersOf(view: AnyView): Promise<unknown> {
    const computation = this.computation(view.name);
    if (!computation?.parameters) return undefined;
    const kept = this.parameters.get(view.name);
    if (kept && [...kept.read].every(([name, position]) => this.projector.get(name).written === position)) return kept.value;
    const read = new Map<string, Position>();
    const value = await computation.parameters(this.reader(read));
    this.parameters.set(view.name, { read, value });
    return value;
  }

  private reader(read: Map<string, Position>): ViewReader {
    return this.readerOf(async (view) => {
      const projected = this.projector.get(view.name);
      if (!read.has(view.name)) read.set(view.name, projected.written);
      return collectionOf(projected);
    });
  }

  private readerOf(collection: (view: AnyView) => Promise<string>): ViewReader {
    return {
      get: async <Row extends object>(view: AnyView, key: string) => (await this.documents.get(await collection(view), key)) as Row | undefined,
      find: async <Row extends object>(view: AnyView, options?: object) => (await this.documents.find(await collection(view), options)) as (Row & { _id: string })[],
      aggregate: async (view, pipeline) => this.documents.aggregate(await collection(view), pipeline, { timeoutMs: QUERY_TIMEOUT_MS }),
    };
  }
}

/** What adds the fields of the moment. */
export async function computing({ computation }: AnyView, now: string, read: ViewReader): Promise<Computing> {
  if (!computation) return { now, read };
  const parameters = await computation.parameters?.(read);
  return { now, read, parameters, compute: ({ _id, ...row }) => ({ _id, ...(computation.compute(row, now, parameters) as object) }) };
}

const isNow = ({ asOf, knownAt }: Moment) => asOf === undefined && knownAt === undefined;

export const isPast = ({ moment, policies }: Freshness) => moment !== undefined || policies !== undefined;

/** @throws StoreUnavailable nobody has begun to fill the view. */
function collectionOf({ name, answering }: ProjectedView): string {
  if (answering === undefined) throw new StoreUnavailable(`${name} is not being filled yet: start a projector, or wait until it has begun.`);
  return answering;
}

export function checkedLimit(limit = 50): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new InvalidQuery(`limit must be a whole number from 1 to ${MAX_PAGE}, not ${limit}.`);
}

const withoutKey = ({ _id, ...row }: Record<string, unknown> = {}) => row;

function both(one: Filter | undefined, other: Filter | undefined): Filter {
  return one && other ? { $and: [one, other] } : (one ?? other ?? {});
}

async function* flatten<T>(pages: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  for await (const page of pages) yield* page;
}
