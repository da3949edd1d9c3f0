import { changesBetween, counting, isWithdrawal, type Aggregate, type Change, type RecordedEvent } from '#event-sourcing';

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
  private readonly events: RecordedEvent[] = [];

  constructor(private readonly aggregate: Aggregate) {
    this.state = aggregate.initial;
  }

  next(event: RecordedEvent): Step {
    const before = this.state;
    this.events.push(event);
    this.state = isWithdrawal(event) ? this.anew() : this.aggregate.evolve(before, event);
    const { revision, type, occurredAt, recordedAt, metadata: { actor } } = event;
    return { revision, type, occurredAt, recordedAt, actor, changes: changesBetween(before, this.state), state: this.state };
  }

  private anew(): unknown {
    return counting(this.events).reduce<unknown>((state, event) => this.aggregate.evolve(state, event), this.aggregate.initial);
  }
}
