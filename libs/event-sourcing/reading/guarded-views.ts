import type { Authority, Reach } from '../modelling/authority.js';
import type { AnyView } from '../modelling/view.js';
import type { Filter, Pipeline } from '../ports/document-store.js';
import { evaluateProjection, withoutPaths } from '../query/index.js';
import { pathsInFilter, pathsInPipeline, refuseOutwardStages } from './used-paths.js';
import type { ViewQueries } from './view-queries.js';
import type { Answer, DifferencesQuery, Freshness, ListQuery, Page, Shown, WhatIfQuery } from './view-question.js';
import type { PolicyQuestion } from './what-if/supposition.js';
import type { Span } from './moments/moment.js';

/** Questions to views. */
export type Views = Pick<ViewQueries, 'get' | 'find' | 'count' | 'aggregate' | 'report' | 'changes' | 'differences' | 'whatIf'>;

type Row = Record<string, unknown>;
type Reaches = readonly Reach[];

/** Where a field is looked at, for the words of a refusal. */
type Use = 'filter or sort by' | 'ask for' | 'compute with';

/**
 * Questions to views, answered with what the one who asks may read. A question that uses a field is answered from the
 * records of which that field may be read; where there is no such right, it is refused: to filter by a field that is not
 * shown would show it.
 */
export class GuardedViews implements Views {
  constructor(
    private readonly queries: ViewQueries,
    private readonly viewOf: (name: string) => AnyView,
    private readonly authority: Authority,
  ) {}

  async get(name: string, key: string, freshness?: Freshness): Promise<Answer<Row | undefined>> {
    const { view, reaches } = this.ask(name);
    const answer = await this.queries.get(name, key, freshness);
    return { ...answer, value: this.shown(view, reaches, answer.value ? [answer.value] : [])[0] };
  }

  async find(name: string, query: ListQuery = {}, freshness?: Freshness): Promise<Answer<Page>> {
    const { view, reaches } = this.ask(name);
    const { projection, ...rest } = query;
    const used = [...pathsInFilter(query.filter ?? {}), ...Object.keys(query.sort ?? {})];
    const usable = this.usable(view, this.usable(view, reaches, used, 'filter or sort by'), Object.keys(projection ?? {}), 'ask for');
    const answer = await this.queries.find(name, { ...rest, filter: scoped(view, usable, query.filter) }, freshness);
    const items = this.shown(view, usable, answer.value.items);
    return { ...answer, value: { ...answer.value, items: projection ? evaluateProjection(items as never, projection) : items } };
  }

  async count(name: string, filter: Filter = {}, freshness?: Freshness): Promise<Answer<number>> {
    const { view, reaches } = this.ask(name);
    const usable = this.usable(view, reaches, pathsInFilter(filter), 'filter or sort by');
    return this.queries.count(name, scoped(view, usable, filter), freshness);
  }

  async aggregate(name: string, pipeline: Pipeline, freshness?: Freshness): Promise<Answer<Row[]>> {
    const { view, reaches } = this.ask(name);
    refuseOutwardStages(pipeline);
    const usable = this.usable(view, reaches, pathsInPipeline(pipeline), 'compute with');
    const [filter, withheld] = [scoped(view, usable), withheldFrom(usable)];
    const before = [...(Object.keys(filter).length > 0 ? [{ $match: filter }] : []), ...(withheld.length > 0 ? [{ $unset: withheld }] : [])];
    const answer = await this.queries.aggregate(name, [...before, ...pipeline], freshness);
    this.sawAll(view, withheld, withoutTexts(pipeline));
    return answer;
  }

  async report(name: string, report: string, freshness?: Freshness): Promise<Answer<unknown>> {
    const { view, reaches } = this.ask(name);
    const answer = await this.queries.report(name, report, freshness, showing(view, reaches));
    this.sawAll(view, withheldFrom(reaches), `report ${report}`);
    return answer;
  }

  async changes(name: string, key: string, span: Span): ReturnType<ViewQueries['changes']> {
    const { view, reaches } = this.ask(name);
    if (isEverything(reaches)) {
      this.saw(view, [], [key]);
      return this.queries.changes(name, key, span);
    }
    const row = await this.anyRow(name, key, span);
    const covering = row.value ? reaches.filter((reach) => covers(reach, view, row.value!)) : [];
    if (covering.length === 0) return { value: { changes: [], events: [] }, position: row.position };
    const withheld = withheldByAll(covering);
    this.saw(view, withheld, [recordOf(view, row.value!)]);
    return this.queries.changes(name, key, span, { filter: {}, row: (shown) => withoutPaths(shown, withheld) });
  }

  async differences(name: string, span: Span, query: DifferencesQuery = {}): ReturnType<ViewQueries['differences']> {
    const { view, reaches } = this.ask(name);
    const usable = this.usable(view, reaches, query.fields ?? [], 'ask for');
    const answer = await this.queries.differences(name, span, query, showing(view, usable));
    this.sawAll(view, withheldFrom(usable), `changes from ${JSON.stringify(span.from)} to ${JSON.stringify(span.to)}`);
    return answer;
  }

  async whatIf(name: string, question: PolicyQuestion, query: WhatIfQuery = {}): ReturnType<ViewQueries['whatIf']> {
    const { view, reaches } = this.ask(name);
    const usable = this.usable(view, reaches, query.fields ?? [], 'ask for');
    const answer = await this.queries.whatIf(name, question, query, showing(view, usable));
    this.sawAll(view, withheldFrom(usable), 'what would be by other policies');
    return answer;
  }

  private ask(name: string): { view: AnyView; reaches: Reaches } {
    const view = this.viewOf(name);
    // Such a view answers nobody, which it says itself.
    if (view.options.internal) return { view, reaches: [{ records: 'all', withheld: [] }] };
    return { view, reaches: this.authority.view(view) };
  }

  /** The rights under which all of the fields may be read. @throws Forbidden there is none. */
  private usable(view: AnyView, reaches: Reaches, used: readonly string[], use: Use): Reaches {
    const usable = reaches.filter(({ withheld }) => !used.some((path) => withheld.some((hidden) => clash(path, hidden, use))));
    if (usable.length > 0) return usable;
    const fields = used.filter((path) => reaches.some(({ withheld }) => withheld.some((hidden) => clash(path, hidden, use))));
    throw this.authority.refusal('field-withheld', `You may not read ${fields.join(', ')} of ${view.name}, and so not ${use} it. Leave it out.`);
  }

  private shown(view: AnyView, reaches: Reaches, rows: readonly Row[]): Row[] {
    if (isEverything(reaches)) {
      this.saw(view, [], rows.map((row) => recordOf(view, row)));
      return [...rows];
    }
    return rows.flatMap((row) => {
      const covering = reaches.filter((reach) => covers(reach, view, row));
      if (covering.length === 0) return [];
      const withheld = withheldByAll(covering);
      this.saw(view, withheld, [recordOf(view, row)]);
      return [withoutPaths(row, withheld)];
    });
  }

  /** The row as it is now or, where there is none now, as it was at one of the moments. */
  private async anyRow(name: string, key: string, { from, to }: Span): Promise<Answer<Row | undefined>> {
    const now = await this.queries.get(name, key);
    if (now.value) return now;
    const later = await this.queries.get(name, key, { moment: to });
    return later.value ? later : this.queries.get(name, key, { moment: from });
  }

  private saw(view: AnyView, withheld: readonly string[], records: readonly string[]): void {
    if (!view.options.sensitive || withheld.length > 0) return;
    const known = records.filter((record) => record !== '');
    if (known.length > 0) this.authority.saw(view, { records: known });
  }

  private sawAll(view: AnyView, withheld: readonly string[], question: string): void {
    if (view.options.sensitive && withheld.length === 0) this.authority.saw(view, { question });
  }
}

/** A pipeline without the texts that it compares with: they may name a person, and what was seen is kept for ever. */
function withoutTexts(pipeline: Pipeline): string {
  return JSON.stringify(pipeline, (_, value: unknown) => (typeof value === 'string' && !value.startsWith('$') ? '…' : value));
}

/** What is shown without being asked for by name is left out, so only what lies inside a withheld field is refused. */
function clash(path: string, hidden: string, use: Use): boolean {
  return path === hidden || path.startsWith(`${hidden}.`) || (use !== 'ask for' && hidden.startsWith(`${path}.`));
}

const isEverything = (reaches: Reaches): boolean => reaches.some(({ records, withheld }) => records === 'all' && withheld.length === 0);

function covers({ records }: Reach, view: AnyView, row: Row): boolean {
  if (records === 'all' || view.options.record === null) return true;
  return records.has(recordOf(view, row));
}

/** Empty where a row tells of no record. */
const recordOf = ({ options: { record } }: AnyView, row: Row): string => (row[record ?? '_id'] as string | undefined) ?? '';

/** The filter, and that a row is of one of the records. */
function scoped({ options: { record } }: AnyView, reaches: Reaches, filter: Filter = {}): Filter {
  if (record === null || reaches.some(({ records }) => records === 'all')) return filter;
  const ids = [...new Set(reaches.flatMap(({ records }) => [...(records as Iterable<string>)]))];
  const scope = { [record ?? '_id']: { $in: ids } };
  return Object.keys(filter).length > 0 ? { $and: [scope, filter] } : scope;
}

/** Where rows become one answer, what is withheld from any of them is withheld from all. */
const withheldFrom = (reaches: Reaches): string[] => (isEverything(reaches) ? [] : [...new Set(reaches.flatMap(({ withheld }) => withheld))]);

const withheldByAll = ([first, ...others]: Reaches): string[] => first!.withheld.filter((path) => others.every(({ withheld }) => withheld.includes(path)));

function showing(view: AnyView, reaches: Reaches): Shown {
  const withheld = withheldFrom(reaches);
  return { filter: scoped(view, reaches), row: (row) => withoutPaths(row, withheld) };
}
