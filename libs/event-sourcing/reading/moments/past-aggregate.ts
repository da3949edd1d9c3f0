import type { Aggregate } from '../../modelling/aggregate.js';
import { BEGINNING, NO_REVISION, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';
import { counting, isWithdrawal } from '../../modelling/withdrawal.js';
import { isWithin, type Moment } from './moment.js';

/** The state of an aggregate as of a moment. `revision` and `position` are those of the last event that counts. */
export interface PastAggregate<State> {
  state: State;
  revision: number;
  position: Position;
}

export async function pastAggregate<State>(aggregate: Aggregate<string, State>, id: string, moment: Moment, events: EventStore): Promise<PastAggregate<State>> {
  const known: RecordedEvent[] = [];
  const whenKnown: Moment = { ...(moment.knownAt !== undefined && { knownAt: moment.knownAt }) };
  for await (const page of events.readStream(aggregate.streamOf(id))) {
    known.push(...page.filter((event) => isWithin(isWithdrawal(event) ? whenKnown : moment, event)));
  }
  const last = known.at(-1);
  const state = counting(known).reduce((before, event) => aggregate.evolve(before, event), aggregate.initial);
  return { state, revision: last?.revision ?? NO_REVISION, position: last?.position ?? BEGINNING };
}
