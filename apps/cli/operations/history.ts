import diff from 'microdiff';
import { type Aggregate, type RecordedEvent } from '#event-sourcing';

/** An event, the state after it, and what it changed. */
export interface Step {
  revision: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  actor: string;
  /** By path, such as `address.city`: the value before and after; either is missing where there was or is none. */
  changes: { path: string; before?: unknown; after?: unknown }[];
  state: unknown;
}

/** Folds the events of an aggregate one by one. */
export class History {
  private state: unknown;

  constructor(private readonly aggregate: Aggregate) {
    this.state = aggregate.initial;
  }

  next(event: RecordedEvent): Step {
    const before = this.state;
    this.state = this.aggregate.evolve(before, event);
    const { revision, type, occurredAt, recordedAt, metadata: { actor } } = event;
    return { revision, type, occurredAt, recordedAt, actor, changes: changesBetween(before, this.state), state: this.state };
  }
}

/** States may be any JSON, so they are compared inside a box. */
function changesBetween(before: unknown, after: unknown): Step['changes'] {
  return diff({ state: before ?? {} }, { state: after ?? {} }).map((change) => ({
    path: change.path.slice(1).join('.'),
    ...('oldValue' in change && { before: change.oldValue as unknown }),
    ...('value' in change && { after: change.value as unknown }),
  }));
}
