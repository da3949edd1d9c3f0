import type { Aggregate } from '../../modelling/aggregate.js';
import { BEGINNING, NO_REVISION, type EventStore, type Position } from '../../ports/event-store.js';
import { isWithin, type Moment } from './moment.js';

/** The state of an aggregate as of a moment. `revision` and `position` are those of the last event that counts. */
export async function pastAggregate<State>(
  aggregate: Aggregate<string, State>, id: string, moment: Moment, events: EventStore,
): Promise<{ state: State; revision: number; position: Position }> {
  const past = { state: aggregate.initial, revision: NO_REVISION, position: BEGINNING };
  for await (const page of events.readStream(aggregate.streamOf(id))) {
    for (const event of page) {
      if (!isWithin(moment, event)) continue;
      past.state = aggregate.evolve(past.state, event);
      past.revision = event.revision;
      past.position = event.position;
    }
  }
  return past;
}
