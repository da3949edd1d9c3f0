import { type View, type AnyView, type ViewOptions } from './view.js';

/** What stands in a column: `date` is `2026-01-31`, `time` ISO 8601 in UTC, `json` anything made of others. Each may be null. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'time' | 'json';

export interface Column {
  name: string;
  type: ColumnType;
  /** What a number counts: `days`, `weeks`, `minor units`, a share where it is missing. */
  unit?: string;
  summary?: string;
  /** Where nothing stands here: `the customer bought on one day only`. A note tells how many they are. */
  nullWhere?: string;
}

/** By name, in their order: a type, or more than that. */
export type Columns = Readonly<Record<string, ColumnType | Omit<Column, 'name'>>>;

/** A simple picture of numbers. Null leaves a gap. */
export interface Plot {
  title: string;
  kind: 'line' | 'bar';
  x?: string;
  y?: string;
  series: readonly { name: string; points: readonly (readonly [x: number | string, y: number | null])[] }[];
}

/** What an analysis found. Numbers are finite; what cannot be said is null, and `notes` say why. */
export interface Findings<Row extends object = object> {
  rows: readonly Row[];
  summary?: Readonly<Record<string, unknown>>;
  notes?: readonly string[];
  plots?: readonly Plot[];
  /** Where they depend on what was found. Default: those of the analysis. */
  columns?: Columns;
}

/** A number of a row, and what it would be if these events had never been recorded. */
export interface Factor {
  /** Name of the column. */
  factor: string;
  /** Which of the rows of the record it stands in, where there are several. */
  of?: Readonly<Record<string, unknown>>;
  value: FactorValue;
  without: FactorValue;
  /** The record whose events they are, where the row rests on several. */
  record?: string;
  /** Their ids. */
  events: readonly string[];
}

/** What stands in a column; of one that is `json`, all of it. */
export type FactorValue = number | string | boolean | object | null;

/** Why a row says what it says. */
export interface Explanation extends Reasons {
  factors: readonly Factor[];
  /** The row is not there: the notes say why, and factors what it would say without the events that keep it away. */
  missing?: true;
  /** The records that a row about several rests on. */
  restsOn?: { records: number; first: readonly string[] };
}

/** What an analysis says of its own about a row. Without factors these are found by leaving events out. */
export interface Reasons {
  factors?: readonly Factor[];
  /** Versions of policies and models that were applied, each with the event that published it where that is known. */
  by?: Readonly<Record<string, unknown>>;
  notes?: readonly string[];
}

/** Of which moment the answer is. */
export interface AnalysisMoment<Parameters> {
  /** ISO 8601. */
  now: string;
  /** Of sources that are read as of an earlier moment. */
  from?: string;
  parameters: Parameters;
  /** Only rows of this record are wanted, and nothing beside rows: what else would be found need not be. */
  only?: string;
}

/** Rows as they are stored, without the fields that are computed for the moment of the question. */
export class Stored<Row extends object> {
  constructor(readonly view: View<Row, never>) {}
}

/** Rows as of the earlier moment that the question names. */
export class Earlier<S> {
  constructor(readonly source: S) {}
}

/** Of one of its views an analysis reads what is stored: quicker where computed fields are not needed. */
export const stored = <Row extends object, Answer>(view: View<Row, Answer>): Stored<Row> => new Stored(view as unknown as View<Row, never>);

// Views of any row.
// oxlint-disable-next-line typescript/no-explicit-any
type AnySource = View<any, any> | Stored<any> | Earlier<any>;
/** Of one of its sources an analysis reads the rows as of an earlier moment, to compare. */
export const earlier = <S extends AnySource>(source: S): Earlier<S> => new Earlier(source);

export type Sources = Readonly<Record<string, AnySource>>;

type RowOf<S> = S extends Earlier<infer Inner> ? RowOf<Inner> : S extends Stored<infer Row> ? Row : S extends View<infer _Row, infer Answer> ? Answer : never;

/** Every row of each source in the order of its keys. */
export type Inputs<S extends Sources> = { readonly [Name in keyof S]: readonly (RowOf<S[Name]> & { readonly _id: string })[] };

export interface AnalysisOptions<Parameters extends object> extends Pick<ViewOptions, 'allow' | 'personal' | 'record' | 'sensitive'> {
  /** Raised when it comes to other results from the same rows. */
  version: number;
  /** One line for the documentation. */
  summary: string;
  columns: Columns;
  /** What may be chosen: a class with class-validator decorators, whose initial values are the defaults. */
  parameters?: new () => Parameters;
  /** Columns that tell the rows of one record apart, where it may have several; of rows of no record, all rows: their key is made of them. */
  apart?: readonly string[];
  /** `import.meta.url` of a file whose analysis computes for long: it does so in a thread of its own. */
  thread?: string;
}

type Compute<S extends Sources, Parameters extends object, Row extends object> = (inputs: Inputs<S>, moment: AnalysisMoment<Parameters>) => Findings<Row>;
type Explain<S extends Sources, Parameters extends object> = (inputs: Inputs<S>, moment: AnalysisMoment<Parameters>, key: string, computedWith: ComputedWith<S>) => Reasons | undefined;

type RestOn<S extends Sources, Parameters extends object> = (inputs: Inputs<S>, moment: AnalysisMoment<Parameters>, row: Readonly<Record<string, unknown>>) => readonly string[];

/** What the fields of the moment were computed with, by source: the parameters of their views. */
export type ComputedWith<S extends Sources = Sources> = { readonly [Name in keyof S]?: unknown };

/** A question to the rows of views as of a moment, answered by a pure function. */
export class Analysis<S extends Sources = Sources, Parameters extends object = object, Row extends object = object> {
  constructor(
    readonly name: string,
    readonly options: AnalysisOptions<Parameters>,
    readonly sources: S,
    readonly compute: Compute<S, Parameters, Row>,
    private readonly why?: Explain<S, Parameters>,
    private readonly records?: RestOn<S, Parameters>,
  ) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`Analysis name "${name}" must be lower case letters, digits and underscores.`);
  }

  /** The same, with what it says of its own about why a row says what it says. Pure. Where there is no such row, notes may say why. */
  explaining(why: Explain<S, Parameters>): Analysis<S, Parameters, Row> {
    return new Analysis(this.name, this.options, this.sources, this.compute, why, this.records);
  }

  /** The same, with the records that a row rests on which is about several: those in a cell of a table. Without it, a row rests on all. Pure. */
  restingOn(records: RestOn<S, Parameters>): Analysis<S, Parameters, Row> {
    return new Analysis(this.name, this.options, this.sources, this.compute, this.why, records);
  }

  /** Whether its rows can say why: by reasons of its own, or by what they would be without some events. */
  get explains(): boolean {
    return this.why !== undefined || (this.options.record ?? null) !== null || this.options.apart !== undefined;
  }

  /** Undefined where it does not say. */
  restsOn(inputs: Inputs<S>, moment: AnalysisMoment<Parameters>, row: Readonly<Record<string, unknown>>): readonly string[] | undefined {
    return this.records?.(inputs, moment, row);
  }

  explain(inputs: Inputs<S>, moment: AnalysisMoment<Parameters>, key: string, computedWith: ComputedWith<S>): Reasons | undefined {
    return this.why?.(inputs, moment, key, computedWith);
  }

  /** Whether it compares with an earlier moment, which the question has to name. */
  get compares(): boolean {
    return Object.values(this.sources).some((source) => source instanceof Earlier);
  }
}

/** An analysis of whatever sources. Methods, so that any fits. */
export interface AnyAnalysis {
  readonly name: string;
  readonly options: AnalysisOptions<object>;
  readonly sources: Sources;
  readonly compares: boolean;
  readonly explains: boolean;
  compute(inputs: Inputs<Sources>, moment: AnalysisMoment<object>): Findings;
  explain(inputs: Inputs<Sources>, moment: AnalysisMoment<object>, key: string, computedWith: ComputedWith): Reasons | undefined;
  restsOn(inputs: Inputs<Sources>, moment: AnalysisMoment<object>, row: Readonly<Record<string, unknown>>): readonly string[] | undefined;
}

/** `analysis('repeat_rate', { version: 1, … }).reads({ facts: loyalty }).computes(({ facts }, { now }) => ({ rows, summary }))` */
export const analysis = <Parameters extends object = object>(name: string, options: AnalysisOptions<Parameters>) => ({
  /** A view that no context exports is folded when it is asked for, and only then. */
  reads: <S extends Sources>(sources: S) => ({
    computes: <Row extends object>(compute: Compute<S, Parameters, Row>) => new Analysis<S, Parameters, Row>(name, options, sources, compute),
  }),
});

export interface Read {
  view: AnyView;
  computed: boolean;
  earlier: boolean;
}

/** What to read for a source. */
export function readOf(source: AnySource): Read {
  if (source instanceof Earlier) return { ...readOf(source.source as AnySource), earlier: true };
  if (source instanceof Stored) return { view: source.view as AnyView, computed: false, earlier: false };
  return { view: source as AnyView, computed: (source as AnyView).computation !== undefined, earlier: false };
}

/** The columns as a list. */
export function columnsOf(columns: Columns): Column[] {
  return Object.entries(columns).map(([name, column]) => ({ name, ...(typeof column === 'string' ? { type: column } : column) }));
}

