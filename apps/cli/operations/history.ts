import { changesBetween, type Aggregate, type Change, type RecordedEvent } from '#event-sourcing';

/** An event, the state after it, and what it changed. */
export interface Step {
  revision: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  actor: string;
  changes: Change[];
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
