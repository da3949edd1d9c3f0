import { view } from '#event-sourcing';
import { InteractionRecorded, RelationshipSentimentRecorded, type Sentiment } from '#interactions';
import { dayOf } from '../domain/time.js';

export interface Feelings {
  customerId: string;
  /** By day; those of one day are added. */
  felt: Readonly<Record<string, { sum: number; count: number }>>;
  /** Days on which something was done together. */
  met: readonly string[];
  events: readonly string[];
}

const felt = (row: Feelings | undefined, event: { id: string; occurredAt: string }, customerId: string, sentiment: Sentiment | undefined, met: boolean): Feelings => {
  const [before, day] = [row ?? { customerId, felt: {}, met: [], events: [] }, dayOf(event.occurredAt)];
  const known = before.felt[day] ?? { sum: 0, count: 0 };
  return {
    customerId, felt: sentiment === undefined ? before.felt : { ...before.felt, [day]: { sum: known.sum + sentiment, count: known.count + 1 } },
    met: met && !before.met.includes(day) ? [...before.met, day].sort() : before.met, events: sentiment === undefined ? before.events : [...before.events, event.id],
  };
};

const feelings = view<Feelings>('relationship_feelings', { version: 1, record: 'customerId', personal: [] })
  .on(InteractionRecorded, ({ data }) => data.customerId, (row, event, key) => felt(row, event, key, event.data.sentiment, true))
  .on(RelationshipSentimentRecorded, ({ data }) => data.customerId, (row, event, key) => felt(row, event, key, event.data.sentiment, false));

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const relationshipFeelings = () => feelings;

/** The mean sentiment on the days; null where none was recorded. */
export function meanFeeling(row: Feelings | undefined, within: (day: string) => boolean): number | null {
  const days = Object.entries(row?.felt ?? {}).filter(([day]) => within(day)).map(([, each]) => each);
  const count = days.reduce((total, each) => total + each.count, 0);
  return count > 0 ? days.reduce((total, { sum }) => total + sum, 0) / count : null;
}
