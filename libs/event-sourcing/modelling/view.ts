import type { FindOptions, IndexSpec, Pipeline } from '../ports/document-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { eventTypeOf, type Class, type EventType } from './domain-event.js';

/** Which documents an event touches: one key, several, or none. */
export type KeyOf<E> = (event: RecordedEvent<E>) => string | readonly string[] | undefined;

/**
 * Folds one event into one document; undefined means that there is none. Pure, and the old row is not changed.
 * `key` tells which document this is where an event touches several.
 */
export type Fold<Row, E> = (row: Row | undefined, event: RecordedEvent<E>, key: string) => Row | undefined;

export interface ViewOptions {
  /** Raised when a fold or the shape of the documents changes: the new version is built beside the live one. */
  version: number;
  /** One line for the documentation. */
  summary?: string;
  indexes?: readonly IndexSpec[];
  /** Roles that may query it, besides those that may query every view. Where it is left out nobody may who has to show who they are. */
  allow?: readonly string[];
  /** Paths of the fields that name or describe a person, such as `name` or `evaluations.comment`. */
  personal?: readonly string[];
  /** The field with the id of the record that a row tells of; null where rows tell of none. Who may read some records reads their rows. */
  record?: string | null;
  /** Whether it is recorded who was shown its personal fields. */
  sensitive?: boolean;
  /** The engine's own: fed like any view, and shown to nobody. */
  internal?: boolean;
}

/** What computations may read: stored rows of views, as of the same answer. */
export interface ViewReader {
  get<Row extends object>(view: View<Row, unknown>, key: string): Promise<Row | undefined>;
  find<Row extends object>(view: View<Row, unknown>, options?: FindOptions): Promise<(Row & { _id: string })[]>;
  aggregate(view: AnyView, pipeline: Pipeline): Promise<Record<string, unknown>[]>;
}

/**
 * Fields that depend on the moment of the question and not on events alone: they are computed when a query asks.
 * A fold stays a function of the events; time only enters here, as data.
 */
export interface Computation<Row, Answer, Parameters> {
  /** The fields that `compute` adds. Filters and sorts on other fields are answered by the store. */
  fields: readonly string[];
  /** Those of them that say what a row comes to: what is compared where it is asked what would be by other policies. Default: all. */
  outcome?: readonly string[];
  /** Those that say why it comes to that. */
  because?: readonly string[];
  /** What every row of an answer needs besides itself: policies, boundaries. Kept until a view that it read moves on. */
  parameters?(read: ViewReader): Promise<Parameters>;
  /** Pure. `now` is ISO 8601. */
  compute(row: Row, now: string, parameters: Parameters): Answer;
}

/** A question about all rows of a view at once: counts by month, a distribution. */
export interface Report<Answer, Parameters = unknown> {
  summary: string;
  /** Pure apart from reading the rows it is given. */
  run(rows: AsyncIterable<Answer>, now: string, parameters: Parameters): Promise<unknown>;
}

interface Handler {
  type: EventType;
  key: KeyOf<never> | undefined;
  fold: Fold<never, never>;
}

interface Parts<Row> {
  name: string;
  options: ViewOptions;
  key: KeyOf<never> | undefined;
  handlers: ReadonlyMap<string, Handler>;
  computation?: Computation<Row, unknown, unknown>;
  reports: ReadonlyMap<string, Report<unknown>>;
}

/** A projection: the events it reacts to, the documents each touches, and a pure fold for each. `Answer` is a row as queries see it. */
export class View<Row extends object, Answer = Row> {
  private constructor(private readonly parts: Parts<Row>) {}

  static define<Row extends object>(name: string, options: ViewOptions): View<Row> {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`View name "${name}" must be lower case letters, digits and underscores.`);
    return new View({ name, options, key: undefined, handlers: new Map(), reports: new Map() });
  }

  get name(): string {
    return this.parts.name;
  }

  get options(): ViewOptions {
    return this.parts.options;
  }

  get computation(): Computation<Row, Answer, unknown> | undefined {
    return this.parts.computation as Computation<Row, Answer, unknown> | undefined;
  }

  get reports(): ReadonlyMap<string, Report<unknown>> {
    return this.parts.reports;
  }

  /** The key for events whose `on` names none. */
  key(keyOf: KeyOf<{ [field: string]: never }>): View<Row, Answer> {
    return this.with({ key: keyOf });
  }

  on<E extends object>(type: Class<E>, fold: Fold<Row, E>): View<Row, Answer>;
  on<E extends object>(type: Class<E>, key: KeyOf<E>, fold: Fold<Row, E>): View<Row, Answer>;
  on<E extends object>(type: Class<E>, ...rest: [Fold<Row, E>] | [KeyOf<E>, Fold<Row, E>]): View<Row, Answer> {
    const event = eventTypeOf(type);
    if (this.parts.handlers.has(event.name)) throw new Error(`View ${this.name} folds ${event.name} twice.`);
    const [key, fold] = rest.length === 2 ? rest : [undefined, rest[0]];
    if (!key && !this.parts.key) throw new Error(`View ${this.name} has no .key() and .on(${event.name}) gives none.`);
    const handler = { type: event as EventType, key: key as KeyOf<never>, fold: fold as unknown as Fold<never, never> };
    return this.with({ handlers: new Map(this.parts.handlers).set(event.name, handler) });
  }

  /** Adds fields that depend on the moment of the question. */
  computed<Computed, Parameters>(computation: Computation<Row, Computed, Parameters>): View<Row, Computed> {
    return this.with({ computation: computation }) as unknown as View<Row, Computed>;
  }

  /** Adds a question about all rows at once. */
  report<Parameters = unknown>(name: string, report: Report<Answer, Parameters>): View<Row, Answer> {
    return this.with({ reports: new Map(this.parts.reports).set(name, report) });
  }

  eventTypes(): EventType[] {
    return [...this.parts.handlers.values()].map(({ type }) => type);
  }

  /** Keys of the documents that an event touches, each once. */
  keysOf(event: RecordedEvent): readonly string[] {
    const handler = this.parts.handlers.get(event.type);
    if (!handler) return [];
    const keyOf = (handler.key ?? this.parts.key!) as KeyOf<object>;
    const keys = keyOf(event);
    if (typeof keys === 'string') return [keys];
    return keys === undefined ? [] : [...new Set(keys)];
  }

  /** The document after one more event. */
  fold(row: Row | undefined, event: RecordedEvent, key: string): Row | undefined {
    const handler = this.parts.handlers.get(event.type);
    return handler ? (handler.fold as unknown as Fold<Row, object>)(row, event, key) : row;
  }

  private with(change: Partial<Parts<Row>>): View<Row, Answer> {
    return new View<Row, Answer>({ ...this.parts, ...change });
  }
}

/** `view<Row>('customers', { version: 1 }).key((event) => event.data.customerId).on(CustomerRegistered, …)` */
export const view = <Row extends object>(name: string, options: ViewOptions) => View.define<Row>(name, options);

/** A view of whatever rows: what the engine needs of it. Methods, so that a view of any row fits. */
export interface AnyView {
  readonly name: string;
  readonly options: ViewOptions;
  readonly computation: Computation<object, unknown, unknown> | undefined;
  readonly reports: ReadonlyMap<string, Report<unknown>>;
  eventTypes(): EventType[];
  keysOf(event: RecordedEvent): readonly string[];
  fold(row: object | undefined, event: RecordedEvent, key: string): object | undefined;
}
