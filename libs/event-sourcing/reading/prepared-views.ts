import type { AnyView, Computation, ViewReader } from '../modelling/view.js';
import type { Document, DocumentStore } from '../ports/document-store.js';
import { StoreUnavailable, type Position } from '../ports/event-store.js';
import type { Clock } from '../support.js';
import { UnknownView } from './errors.js';
import type { DocumentHistories } from './interpreting/document-histories.js';
import type { Readings } from './interpreting/readings.js';
import type { MomentCollections } from './moments/moment-collections.js';
import { presentOf, refuseFuture, type Moment } from './moments/moment.js';
import { pastDocument } from './moments/past-document.js';
import type { Policies } from './policies/policies.js';
import type { ProjectedView } from './projected-view.js';
import type { Projector } from './projector.js';
import { readerInstead, type RowsInstead } from './reader-instead.js';
import { isPast, NotYetThere, type Answer, type Freshness } from './view-question.js';

export const QUERY_TIMEOUT_MS = 5_000;

/** A view at the moment that a question is about: where its documents are, and what they are computed with. */
export interface Prepared {
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

/** How documents of a view get the fields of a moment. */
export interface Showing extends Pick<Prepared, 'now' | 'read' | 'parameters'> {
  /** Absent where documents are shown as they are stored. */
  computation: AnyView['computation'];
}

/** Where answers as of a moment come from. */
export interface Past {
  readings: Readings;
  histories: DocumentHistories;
  collections: MomentCollections;
  policies: Policies;
  /** The end of the log, once the trails hold it. */
  head(): Promise<Position>;
}

/** Makes views ready for a question: as new as it asks for, or as of its moment, with what their fields are computed with. */
export class PreparedViews {
  private readonly parameters = new Map<string, { read: Map<string, Position>; value: unknown }>();

  constructor(
    private readonly projector: Projector,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
    private readonly past: Past,
  ) {}

  /** @throws NotYetThere @throws UnknownView @throws InvalidQuery the moment lies in the future. */
  async prepare(name: string, freshness: Freshness, computed = true): Promise<Prepared> {
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

  /** The same, where rows of other views are supposed to be others. */
  async prepareInstead(view: AnyView, freshness: Freshness, computed: boolean, instead: RowsInstead | undefined): Promise<Prepared> {
    const prepared = await this.prepare(view.name, freshness, computed && !instead);
    return instead && computed ? { ...prepared, ...(await computing(view, prepared.now, readerInstead(prepared.read, instead))) } : prepared;
  }

  /** All documents of a view as of a moment. */
  async preparePast(view: AnyView, freshness: Freshness, computed = true): Promise<Prepared> {
    this.refuseFuture(freshness);
    const at = await this.past.collections.of(view, freshness.moment ?? {}, freshness.onProgress);
    return { ...at, ...(await this.pastComputation(view, freshness, computed)) };
  }

  /** One document as of a moment, from its own events. */
  async getPast(name: string, key: string, freshness: Freshness): Promise<Answer<Record<string, unknown> | undefined>> {
    const { view } = this.public(name);
    this.refuseFuture(freshness);
    const position = await this.past.head();
    const row = await pastDocument(view, key, freshness.moment ?? {}, { ...this.past, head: position });
    const compute = row && (await this.pastComputation(view, freshness)).compute;
    const document = row && { _id: key, ...row };
    return { value: document && (compute?.(document) ?? document), position };
  }

  /** What the policies that are asked for change; undefined where those then in force decide. @throws InvalidQuery they are of the future. */
  deciding({ policies }: { policies?: Moment | undefined }): RowsInstead | undefined {
    if (!policies) return undefined;
    this.refuseFuture({ policies });
    return this.past.policies.decidingAt(policies, this.clock.now().toISOString());
  }

  /** @throws UnknownView there is none that may be asked. */
  public(name: string): ProjectedView {
    const projected = this.projector.get(name);
    if (projected.view.options.internal) throw new UnknownView(name, this.projector.names());
    return projected;
  }

  computation(view: string): Computation<object, unknown, unknown> | undefined {
    return this.projector.get(view).view.computation;
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

/** @throws StoreUnavailable nobody has begun to fill the view. */
function collectionOf({ name, answering }: ProjectedView): string {
  if (answering === undefined) throw new StoreUnavailable(`${name} is not being filled yet: start a projector, or wait until it has begun.`);
  return answering;
}
