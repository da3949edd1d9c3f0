import { isDeepStrictEqual } from 'node:util';
import { columnsOf, type AnalysisMoment, type AnyAnalysis, type Factor, type Findings, type Inputs, type Sources } from '../../modelling/analysis.js';
import type { AnyView } from '../../modelling/view.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import { isWithin, type Moment } from '../moments/moment.js';
import type { PastSources } from '../moments/past-document.js';
import { asStored } from '../moments/as-stored.js';
import { foldDocument, ViewFailed } from '../page-fold.js';
import { findingsOf } from './compute.js';
import type { ChangedRows, Changes } from './instead-rows.js';
import type { AnalysisProgress } from './progress.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import type { Showing } from '../prepared-views.js';
import { readerWithout, readingOnce, type Instead } from './reader-without.js';

/** How a source was read: of which moment, up to where in the log, how its documents are shown and which of them are seen. */
export interface SourceRead {
  view: AnyView;
  moment: Moment;
  position: Position;
  showing: Showing;
  seen: (documents: readonly StoredDocument[]) => readonly StoredDocument[];
}

export interface Asked {
  analysis: AnyAnalysis;
  /** Of the row or rows that are to be explained: the record, or what tells rows of no record apart. */
  key: string;
  moment: AnalysisMoment<object>;
  inputs: Inputs<Sources>;
  /** Of each source that the result is made of. */
  reads: ReadonlyMap<string, SourceRead>;
  /** A row as it may be seen. */
  seen: (row: object) => object;
  tell: ((progress: AnalysisProgress) => void) | undefined;
}

export type Rows = readonly Readonly<Record<string, unknown>>[];

/** Asks an analysis again as if some events had never been recorded. What changes, they contribute. */
export class LeavingOut {
  private readonly readers = new Map<SourceRead, ReturnType<typeof readingOnce>>();
  /** Events of documents, by source and view, then by key: each is left out in its turn, and the log is read once. */
  private readonly known = new Map<SourceRead, Map<string, Map<string, RecordedEvent[]>>>();

  constructor(
    private readonly asked: Asked,
    private readonly past: Omit<PastSources, 'head'>,
  ) {}

  /** What would be others in these rows without the events of each group. @throws ViewFailed */
  async factorsOf(groups: readonly (readonly RecordedEvent[])[], rows: Rows): Promise<Factor[]> {
    const { analysis, inputs, moment, key, tell } = this.asked;
    const { record = null } = analysis.options;
    const factors: Factor[] = [];
    for (const [done, events] of groups.entries()) {
      tell?.({ explaining: analysis.name, done, of: groups.length });
      const without = await findingsOf(analysis, inputs, moment, { changes: await this.changesWithout(events), ...(record !== null && { record: key }) });
      factors.push(...this.differences(rows, this.rowsIn(without), events.map(({ id }) => id)));
    }
    return factors;
  }

  /**
   * The events that the documents of these records are made of, by record, as they were recorded: what they are read as depends on the
   * moment of each source. What changes the meaning of others stays.
   */
  async eventsOf(records: readonly string[]): Promise<Map<string, RecordedEvent[]>> {
    const { inputs, reads } = this.asked;
    await this.past.readings.upTo(Math.max(...[...reads.values()].map(({ position }) => position)));
    const found = new Map(records.map((record) => [record, new Set<Position>()]));
    for (const [name, read] of reads) {
      const { record } = read.view.options;
      if (record === null || record === undefined) continue;
      const ofKeys = new Map((inputs[name] as readonly StoredDocument[]).filter((row) => found.has(row[record] as string)).map((row) => [row._id, row[record] as string]));
      for (const [key, events] of await this.histories(read, read.view, [...ofKeys.keys()])) for (const { position } of events) found.get(ofKeys.get(key)!)!.add(position);
    }
    const all = [...new Set([...found.values()].flatMap((positions) => [...positions]))].sort((one, other) => one - other);
    const events = (await this.past.histories.recordedAt(all)).filter(({ type }) => !this.past.readings.types.has(type));
    return new Map([...found].map(([record, positions]) => [record, events.filter(({ position }) => positions.has(position))]));
  }

  /** The rows that are to be explained: those of the record or, of rows of no record, the one that is told apart so. */
  rowsIn({ rows }: Pick<Findings, 'rows'>): Rows {
    const { analysis: { options: { record = null, apart = [] } }, key, seen } = this.asked;
    const isIt = (row: Rows[number]) => (record === null ? keyOf(apart, row) === key : row[record] === key);
    return record === null ? (rows as Rows).map((row) => seen(row) as Rows[number]).filter(isIt) : (rows as Rows).filter(isIt).map((row) => seen(row) as Rows[number]);
  }

  /** Of keys without any event there is none. */
  private async histories(read: SourceRead, view: AnyView, keys: readonly string[]): Promise<Map<string, RecordedEvent[]>> {
    const known = this.knownOf(read, view);
    const missing = keys.filter((key) => !known.has(key));
    if (missing.length > 0) {
      const { moment, position } = read;
      const found = await this.past.histories.of(view, missing, this.past.readings.within(moment), position);
      for (const key of missing) known.set(key, (found.get(key) ?? []).filter((event) => isWithin(moment, event)));
    }
    return new Map(keys.map((key) => [key, known.get(key)!] as const).filter(([, events]) => events.length > 0));
  }

  private knownOf(read: SourceRead, view: AnyView): Map<string, RecordedEvent[]> {
    const views = this.known.get(read) ?? new Map<string, Map<string, RecordedEvent[]>>();
    this.known.set(read, views);
    const known = views.get(view.name) ?? new Map<string, RecordedEvent[]>();
    views.set(view.name, known);
    return known;
  }

  /** What the analysis would read: every document that these events touch is folded without them. */
  private async changesWithout(events: readonly RecordedEvent[]): Promise<Changes> {
    const changes: Record<string, ChangedRows> = {};
    for (const [name, read] of this.asked.reads) {
      const insteadIn = this.insteadIn(read, events);
      const instead = await insteadIn(read.view);
      const parameters = await this.parametersWithout(read, insteadIn);
      const isOther = !isDeepStrictEqual(parameters, read.showing.parameters);
      if (instead.size === 0 && !isOther) continue;
      const stored = isOther ? ((await this.readerOf(read).find(read.view as never)) as StoredDocument[]).filter(({ _id }) => !instead.has(_id)) : [];
      const others = [...stored, ...[...instead.values()].filter((document) => document !== undefined)];
      changes[name] = { without: isOther ? 'all' : new Set(instead.keys()), instead: read.seen(others.map((document) => shownAs(document, read.showing, parameters))) };
    }
    return changes;
  }

  /** What the fields of the moment would be computed with: boundaries are of all customers, and so of this one too. */
  private async parametersWithout(read: SourceRead, insteadIn: (view: AnyView) => Promise<Instead>): Promise<unknown> {
    const { computation, parameters } = read.showing;
    if (!computation?.parameters) return parameters;
    let isTouched = false;
    const watched = async (view: AnyView) => {
      const instead = await insteadIn(view);
      isTouched ||= instead.size > 0;
      return instead;
    };
    const without = await computation.parameters(readerWithout(this.readerOf(read), watched));
    return isTouched ? without : parameters;
  }

  private readerOf(read: SourceRead): ReturnType<typeof readingOnce> {
    const known = this.readers.get(read) ?? readingOnce(read.showing.read);
    this.readers.set(read, known);
    return known;
  }

  /** The documents of a view, as of the moment of this source, that would be others without these events. */
  private insteadIn(source: SourceRead, events: readonly RecordedEvent[]): (view: AnyView) => Promise<Instead> {
    const ids = new Set(events.map(({ id }) => id));
    const known = new Map<string, Promise<Instead>>();
    const folded = async (view: AnyView) => {
      const types = new Set(view.eventTypes().map((type) => type.name));
      const read = this.past.readings.within(source.moment).all(events);
      const keys = [...new Set(read.filter(({ type }) => types.has(type)).flatMap((event) => view.keysOf(event)))];
      const instead = new Map<string, StoredDocument | undefined>(keys.map((key) => [key, undefined]));
      if (keys.length === 0) return instead;
      for (const [key, history] of await this.histories(source, view, keys)) instead.set(key, documentOf(view, key, history.filter(({ id }) => !ids.has(id))));
      return instead;
    };
    return (view) => {
      const instead = known.get(view.name) ?? folded(view);
      known.set(view.name, instead);
      return instead;
    };
  }

  private differences(rows: Rows, without: Rows, events: readonly string[]): Factor[] {
    const { record = null, apart = [], columns } = this.asked.analysis.options;
    const names = columnsOf(columns).filter(({ name }) => name !== record && !apart.includes(name)).map(({ name }) => name);
    const byPart = (all: Rows) => new Map(all.map((row) => [JSON.stringify(apart.map((name) => row[name])), row]));
    const [known, others] = [byPart(rows), byPart(without)];
    return [...new Set([...known.keys(), ...others.keys()])].flatMap((part) => {
      const [row = {}, other = {}] = [known.get(part), others.get(part)];
      const changed = names.filter((name) => !isDeepStrictEqual(valueIn(row, name), valueIn(other, name)));
      const of = Object.fromEntries(apart.map((name) => [name, (known.has(part) ? row : other)[name]]));
      return changed.map((name) => ({ factor: name, ...(record !== null && apart.length > 0 && { of }), value: valueIn(row, name), without: valueIn(other, name), events }));
    });
  }
}

const valueIn = (row: Rows[number], name: string) => (row[name] ?? null) as Factor['value'];

function documentOf(view: AnyView, key: string, events: readonly RecordedEvent[]): StoredDocument | undefined {
  const { after, failure } = foldDocument(view, key, undefined, events);
  if (failure) throw new ViewFailed(view.name, failure.event, failure.error);
  return after?.row && { _id: key, ...asStored(after.row) };
}

function shownAs(document: StoredDocument, { computation, now }: Showing, parameters: unknown): StoredDocument {
  if (!computation) return document;
  const { _id, ...row } = document;
  return { _id, ...(computation.compute(row, now, parameters) as object) };
}

/** What tells a row of no record apart: `1997-01/3`. */
const keyOf = (apart: readonly string[], row: Rows[number]): string => apart.map((name) => (row[name] ?? 'none') as string | number).join('/');
