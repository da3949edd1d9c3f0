import { type AnalysisAnswer, type DayAnswer, type DeadLetter, type Explanation, type Position, type RecordedEvent, type SupposedDifference, type ViewStatus } from '#event-sourcing';

/** Parameters of a list, as HTTP takes them: `filter`, `sort`, `fields`, `limit`, `cursor`. */
export type ListParameters = Readonly<Record<string, string>>;

/** As of which moment, as HTTP takes it: `asOf`, `knownAt`, `policiesAsOf`. */
export type MomentParameters = ListParameters;

export interface Status {
  head: Position;
  /** Why views are not fed at the moment. */
  trouble?: string;
  views: ViewStatus[];
}

export interface ViewDescription {
  name: string;
  summary?: string;
  version: number;
  reports: { name: string; summary: string }[];
}

export interface AnalysisDescription {
  name: string;
  version: number;
  summary: string;
  parameters: string[];
  compares: boolean;
}

export interface RowExplanation extends Explanation {
  key: string;
}

/** The days of a series as they become known. */
export interface SeriesAnswers {
  days: number;
  answers: AsyncIterable<DayAnswer>;
}

export type OnProgress = (done: number, total: number, text: string) => void;

export interface ListAnswer {
  items: Record<string, unknown>[];
  /** Give it as `cursor` to go on. */
  next?: string;
  position: Position;
}

export interface SupposedAnswer {
  items: SupposedDifference[];
  /** Give it as `cursor` to go on. */
  next?: string;
  position: Position;
}

export interface StreamQuery {
  from?: number;
  direction: 'forwards' | 'backwards';
  limit: number;
}

export interface LogQuery {
  after: Position;
  types?: readonly string[];
  categories?: readonly string[];
  limit: number;
}

/** What a command line can ask of Guanxi, whether it opens the data folder itself or talks to the process that has it. */
export interface Access {
  /** The address of the process that serves the data folder; undefined where this one opened it. */
  readonly url: string | undefined;
  status(): Promise<Status>;
  views(): Promise<ViewDescription[]>;
  list(view: string, parameters: ListParameters): Promise<ListAnswer>;
  /** Undefined where there is no such row. */
  row(view: string, key: string, moment?: MomentParameters): Promise<Record<string, unknown> | undefined>;
  report(view: string, name: string, moment?: MomentParameters): Promise<unknown>;
  analyses(): Promise<AnalysisDescription[]>;
  /** @param question as HTTP takes it: moments, and the parameters of the analysis. */
  analyse(name: string, question: ListParameters, onProgress?: OnProgress): Promise<AnalysisAnswer>;
  /** Undefined where there is no such row. */
  explain(name: string, key: string, question: ListParameters, onProgress?: OnProgress): Promise<RowExplanation | undefined>;
  /** @param rows whether the rows of each day are wanted. */
  series(name: string, question: ListParameters, rows: boolean, onProgress?: OnProgress): Promise<SeriesAnswers>;
  /** Which rows would be others by policies that nobody has published, asked as over HTTP. */
  whatIf(view: string, question: object, parameters: ListParameters): Promise<SupposedAnswer>;
  /** Sends a command, whose events are in the views when it is done. @throws Rejection @throws InvalidCommand */
  send(command: string, fields: object): Promise<void>;
  /** Pages of a stream; none where it has no event. */
  stream(category: string, id: string, query: StreamQuery): AsyncIterable<readonly RecordedEvent[]>;
  /** Pages of the log. */
  log(query: LogQuery): AsyncIterable<readonly RecordedEvent[]>;
  /** Begins to fill the view anew. */
  rebuild(view: string): Promise<void>;
  /** The view is fed no longer, and answers from what it has. */
  pause(view: string): Promise<void>;
  /** Feeds a view again that was paused or that failed. */
  resume(view: string): Promise<void>;
  deadLetters(view?: string): Promise<DeadLetter[]>;
  retry(view: string, key?: string): Promise<{ released: number; waiting: number }>;
  close(): Promise<void>;
}
