import { isDeepStrictEqual } from 'node:util';
import type { Aggregate } from '../modelling/aggregate.js';
import type { Decision, DecisionMoment } from '../modelling/command.js';
import type { NewEvent } from '../modelling/domain-event.js';
import { Process } from '../modelling/process.js';
import { View } from '../modelling/view.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { answersOf, readerOf, reportOf, type Rows } from './answers.js';
import { GivenProcess } from './given-process.js';
import { NOON, recorded } from './recorded.js';

/**
 * given(Customer, [event(CustomerRegistered, …)]).when(renameCustomer, { … }).then([event(CustomerRenamed, …)])
 * given(customers, [event(CustomerRegistered, …)]).then('customer-1', { name: … })
 * given(dunning).events(event(InvoiceIssued, …)).passes('31 days').thenCommands([SendReminder, { … }])
 */
export function given<State>(process: Process<State>): GivenProcess<State>;
export function given<State>(aggregate: Aggregate<string, State>, history: readonly NewEvent[]): GivenAggregate<State>;
export function given<Row extends object, Answer>(view: View<Row, Answer>, history: readonly (NewEvent | RecordedEvent)[]): GivenView<Row, Answer>;
export function given(subject: object, history: readonly (NewEvent | RecordedEvent)[] = []): unknown {
  if (subject instanceof Process) return new GivenProcess(subject as Process);
  return subject instanceof View
    ? new GivenView(subject, history)
    : new GivenAggregate(subject as Aggregate, history as NewEvent[]);
}

export class GivenAggregate<State> {
  constructor(
    private readonly aggregate: Aggregate<string, State>,
    private readonly history: readonly NewEvent[],
  ) {}

  /** The state that the history adds up to. @throws Error it is not plain JSON. */
  state(): State {
    let state = this.aggregate.initial;
    this.history.forEach((made, revision) => {
      const data = asJson(made.data);
      state = this.aggregate.evolve(state, { type: made.type.name, data, occurredAt: NOON, revision });
    });
    if (!isDeepStrictEqual(asJson(state), state)) {
      throw new Error(`The state of ${this.aggregate.name} is not plain JSON (undefined, Date, Map or class inside): a snapshot would lose it.`);
    }
    return state;
  }

  when<C extends object>(decision: Decision<C, State>, command: C, moment: Partial<DecisionMoment> = {}, known?: unknown): Outcome {
    const now = moment.now ?? NOON;
    try {
      const made = decision.decide(command, this.state(), { now, occurredAt: now, actor: 'tester', ...moment }, known);
      return new Outcome(Array.isArray(made) ? (made as NewEvent[]) : [made as NewEvent], undefined);
    } catch (error) {
      return new Outcome([], error as Error);
    }
  }
}

export class Outcome {
  constructor(
    readonly events: readonly NewEvent[],
    readonly error: Error | undefined,
  ) {}

  /** @throws Error other events were made, or the command was rejected. */
  then(expected: readonly NewEvent[]): void {
    if (this.error) throw this.error;
    const shown = (events: readonly NewEvent[]) => events.map(({ type, data }) => ({ type: type.name, data: asJson(data) }));
    if (!isDeepStrictEqual(shown(this.events), shown(expected))) {
      throw new Error(`Expected ${JSON.stringify(shown(expected), null, 2)}\nbut the decision made ${JSON.stringify(shown(this.events), null, 2)}`);
    }
  }

  /** @throws Error the command was not rejected, or with another code. */
  thenRejected(code: string): void {
    const actual = (this.error as { code?: string } | undefined)?.code;
    if (actual !== code) {
      throw this.error ?? new Error(`Expected the rejection "${code}" but the decision made ${this.events.length} event(s).`);
    }
  }
}

export class GivenView<Row extends object, Answer> {
  constructor(
    private readonly view: View<Row, Answer>,
    private readonly history: readonly (NewEvent | RecordedEvent)[],
  ) {}

  /** Every document that the history folds to, by its key. */
  rows(): Map<string, Row> {
    const rows = new Map<string, Row>();
    this.history.forEach((item, index) => {
      const next = 'position' in item ? item : recorded(item, { position: index + 1 });
      for (const key of this.view.keysOf(next)) {
        const row = this.view.fold(rows.get(key), next, key);
        if (row === undefined) rows.delete(key);
        else rows.set(key, asJson(row as object) as Row);
      }
    });
    return rows;
  }

  /**
   * Every document as a query at this moment would see it, with its computed fields.
   * @param others rows of the views that these are computed with, by name: `{ policies: given(policies, …).rows() }`.
   */
  answers(now: string, others: Readonly<Record<string, Rows>> = {}): Promise<Map<string, Answer>> {
    const rows = this.rows();
    return answersOf(this.view, rows, now, readerOf({ [this.view.name]: rows, ...others }));
  }

  /** What a report says at this moment. @throws Error the view has none of this name. */
  report(name: string, now: string, others: Readonly<Record<string, Rows>> = {}): Promise<unknown> {
    const rows = this.rows();
    return reportOf(this.view, name, rows, now, readerOf({ [this.view.name]: rows, ...others }));
  }

  /** @throws Error the document is another; `undefined` expects none. */
  then(key: string, expected: Row | undefined): void {
    const actual = this.rows().get(key);
    if (!isDeepStrictEqual(actual, expected === undefined ? undefined : asJson(expected as object))) {
      throw new Error(`Expected ${key} to be ${JSON.stringify(expected, null, 2)}\nbut it is ${JSON.stringify(actual, null, 2)}`);
    }
  }
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
