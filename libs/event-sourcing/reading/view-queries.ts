import type { AnyView } from '../modelling/view.js';
import { InvalidQuery, type Document, type DocumentStore, type Filter, type Pipeline, type Sort } from '../ports/document-store.js';
import type { Position } from '../ports/event-store.js';
import { aggregatePages, evaluateFind, evaluateProjection, refuseInexact } from '../query/index.js';
import type { Clock } from '../support.js';
import { splitFilter } from './computed-fields.js';
import { afterCursor, cursorAfter } from './cursor.js';
import { changesByEvent, type CausedChange } from './moments/changes-by-event.js';
import { changesBetween, differencesOf, type Change, type Difference } from './moments/differences.js';
import type { Moment, Span } from './moments/moment.js';
import { PreparedViews, QUERY_TIMEOUT_MS, type Past, type Prepared, type Showing } from './prepared-views.js';
import type { Projector } from './projector.js';
import type { RowsInstead } from './reader-instead.js';
import { checkedLimit, EVERYTHING, isPast, type Answer, type DifferencesQuery, type Freshness, type ListQuery, type Page, type Shown, type WhatIfQuery, type WholeRead } from './view-question.js';
import type { Sandbox } from './what-if/sandbox.js';
import type { PolicyQuestion } from './what-if/supposition.js';
import { whatWouldChange, type SupposedDifference } from './what-if/what-would-change.js';

const AGGREGATE_DOCUMENTS = 10_000;

/** Questions to views. What depends on time is computed for the moment of the question. */
export class ViewQueries {
  private readonly views: PreparedViews;

  constructor(
    private readonly projector: Projector,
    private readonly documents: DocumentStore,
    clock: Clock,
    private readonly past: Past,
    private readonly sandbox: Sandbox,
  ) {
    this.views = new PreparedViews(projector, documents, clock, past);
  }

  /** One document; undefined where there is none. @throws NotYetThere @throws UnknownView */
  async get(view: string, key: string, freshness: Freshness = {}): Promise<Answer<Record<string, unknown> | undefined>> {
    if (isPast(freshness)) return this.views.getPast(view, key, freshness);
    const prepared = await this.views.prepare(view, freshness);
    const row = await this.documents.get(prepared.collection, key);
    return { value: row && (prepared.compute?.(row) ?? row), position: prepared.position };
  }

  /** A page of a list. @throws InvalidQuery @throws NotYetThere @throws UnknownView */
  async find(view: string, query: ListQuery = {}, freshness: Freshness = {}): Promise<Answer<Page>> {
    const prepared = await this.views.prepare(view, freshness);
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
    const prepared = await this.views.prepare(view, freshness);
    const { stored, computed } = splitFilter(filter, this.views.computation(view)?.fields ?? []);
    if (!computed) return { value: await this.documents.count(prepared.collection, stored), position: prepared.position };
    let count = 0;
    for await (const page of this.computedPages(prepared, stored)) count += evaluateFind(page, { filter: computed }).length;
    return { value: count, position: prepared.position };
  }

  /** A read-only aggregation in MongoDB's language, within limits of time and size. @throws InvalidQuery @throws QueryTooExpensive */
  async aggregate(view: string, pipeline: Pipeline, freshness: Freshness = {}): Promise<Answer<Record<string, unknown>[]>> {
    const prepared = await this.views.prepare(view, freshness);
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
    const prepared = await this.views.prepare(view, freshness);
    const value = await report.run(flatten(this.shownPages(prepared, shown)) as AsyncIterable<never>, prepared.now, prepared.parameters);
    return { value, position: prepared.position };
  }

  /** Every row of a view that is fed. */
  async everyRow(view: AnyView, freshness: Freshness, { computed, instead }: WholeRead): Promise<{ rows: Document[]; position: Position }> {
    const others = await instead?.(view);
    const prepared = await this.views.prepareInstead(view, freshness, computed, instead);
    if (others) return { rows: others.map((row) => prepared.compute?.(row) ?? row), position: prepared.position };
    const rows: Document[] = [];
    for await (const page of this.computedPages(prepared, {})) for (const row of page) rows.push(row);
    return { rows, position: prepared.position };
  }

  /** What the fields of a view that is fed are computed with. */
  async showing({ name, computation }: AnyView, freshness: Freshness, computed: boolean): Promise<Showing> {
    const { now, read, parameters } = await this.views.prepare(name, freshness, computed);
    return { now, read, parameters, computation: computed ? computation : undefined };
  }

  /** Whether its documents are in the store, as of now. */
  isFed(view: AnyView): boolean {
    return this.projector.names().includes(view.name) && this.projector.get(view.name).view === view;
  }

  /** What changed in a document between two moments, and each event that changed it. @throws ViewFailed @throws UnknownView */
  async changes(name: string, key: string, { from, to }: Span, { row }: Shown = EVERYTHING): Promise<Answer<{ changes: Change[]; events: CausedChange[] }>> {
    const { view } = this.views.public(name);
    const [before, after] = [await this.views.getPast(name, key, { moment: from }), await this.views.getPast(name, key, { moment: to })];
    const head = await this.past.head();
    const events = await changesByEvent(view, key, { from, to }, { ...this.past, head }, row);
    return { value: { changes: changesBetween(row(withoutKey(before.value)), row(withoutKey(after.value))), events }, position: head };
  }

  /** Which documents entered, left or changed between two moments, in the order of their keys. @throws UnknownView */
  async differences(name: string, { from, to }: Span, { fields, limit, cursor }: DifferencesQuery = {}, shown: Shown = EVERYTHING): Promise<Answer<{ items: Difference[]; next?: string }>> {
    const { view } = this.views.public(name);
    const [before, after] = [await this.views.preparePast(view, { moment: from }), await (isNow(to) ? this.views.prepare(name, {}) : this.views.preparePast(view, { moment: to }))];
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
    const { view } = this.views.public(name);
    const supposition = await this.sandbox.supposing(question);
    const prepared = await this.views.prepare(name, { ...(moment && { moment }) });
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
  deciding(asked: { policies?: Moment | undefined }): RowsInstead | undefined {
    return this.views.deciding(asked);
  }

  private async rows(view: string, prepared: Prepared, query: ListQuery, sort: Sort, limit: number): Promise<Document[]> {
    const order: Sort = { ...sort, _id: 1 };
    const after = query.cursor === undefined ? undefined : afterCursor(query.cursor, sort);
    const filter = both(query.filter, after);
    const fields = this.views.computation(view)?.fields ?? [];
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
}

const isNow = ({ asOf, knownAt }: Moment) => asOf === undefined && knownAt === undefined;

const withoutKey = ({ _id, ...row }: Record<string, unknown> = {}) => row;

function both(one: Filter | undefined, other: Filter | undefined): Filter {
  return one && other ? { $and: [one, other] } : (one ?? other ?? {});
}

async function* flatten<T>(pages: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  for await (const page of pages) yield* page;
}
