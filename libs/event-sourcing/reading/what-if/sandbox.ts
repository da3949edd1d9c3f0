import type { Decision } from '../../modelling/command.js';
import type { AnyView } from '../../modelling/view.js';
import { QueryTooExpensive, type Document } from '../../ports/document-store.js';
import type { EventStore } from '../../ports/event-store.js';
import type { Clock } from '../../support.js';
import type { Aggregates } from '../../writing/aggregates.js';
import type { Readings } from '../interpreting/readings.js';
import { isWithin, type Moment } from '../moments/moment.js';
import { documentsIn, foldInto } from '../folding-in-memory.js';
import type { RowsInstead } from '../reader-instead.js';
import { supposition, type PolicyQuestion, type Supposition } from './supposition.js';

const PAGE_SIZE = 1_000;
/** Rows are held in memory. */
const MAX_ROWS = 200_000;

const NOTHING: Supposition = { without: new Set(), first: [], last: [], types: new Set() };

export interface SandboxSurroundings {
  events: EventStore;
  readings: Readings;
  aggregates: Pick<Aggregates, 'state'>;
  /** @throws UnknownCommand */
  decisionOf: (command: object) => Decision;
  clock: Clock;
}

/** Replays history in memory as if other events had been recorded. It reads the log, and writes nothing anywhere. */
export class Sandbox {
  constructor(private readonly around: SandboxSurroundings) {}

  /** @throws InvalidQuery @throws InvalidCommand @throws Rejection */
  supposing(question: PolicyQuestion): Promise<Supposition> {
    const { decisionOf, aggregates, clock } = this.around;
    return supposition(question, decisionOf, aggregates, clock.now());
  }

  /** All rows of a view by history as it would be; without a supposition, as it is. @throws ViewFailed @throws QueryTooExpensive */
  async rows(view: AnyView, moment: Moment, supposed: Supposition = NOTHING): Promise<Map<string, object>> {
    const { events, readings } = this.around;
    const until = await events.head();
    await readings.upTo(until);
    const reading = readings.within(moment);
    const { first, last, without } = supposed;
    const rows = new Map<string, object>();
    const types = view.eventTypes().map(({ name }) => name);
    for (const event of first) foldInto(view, rows, event);
    for await (const page of events.readAll({ until, filter: { types }, pageSize: PAGE_SIZE })) {
      const counting = page.events.filter((event) => !without.has(event.stream) && isWithin(moment, event));
      for (const event of reading.all(counting)) foldInto(view, rows, event);
      if (rows.size > MAX_ROWS) throw new QueryTooExpensive(`${view.name} has more than ${MAX_ROWS} rows, and each of them would have to be folded anew for this question.`);
    }
    for (const event of last) foldInto(view, rows, event);
    return rows;
  }

  /** Rows of the views that the events of the supposition change, each replayed once. */
  instead(supposed: Supposition, moment: Moment): RowsInstead {
    const replays = new Map<string, Promise<Document[]>>();
    return (view) => {
      if (!isChangedBy(view, supposed)) return undefined;
      const known = replays.get(view.name) ?? this.rows(view, moment, supposed).then(documentsIn);
      replays.set(view.name, known);
      return known;
    };
  }
}

/** Whether the view folds events of the supposition. */
export const isChangedBy = (view: AnyView, { types }: Supposition): boolean => view.eventTypes().some(({ name }) => types.has(name));
