import { view } from '#event-sourcing';
import { InteractionAttributed, InteractionCorrected, InteractionRecorded, RelationshipSentimentRecorded } from '#interactions';
import { withFelt, type Felt, type FeltDay } from '../domain/feelings.js';
import { dayOf } from '../domain/time.js';

export interface Feelings {
  customerId: string;
  /** Ascending. */
  days: readonly FeltDay[];
}

interface Held {
  heldAt: string;
  sentiment?: number;
}

const meeting = ({ heldAt, sentiment }: Held): Felt => ({ day: dayOf(heldAt), meetings: 1, sentiment });

/** Nothing is left of a customer whose only meeting was another's. */
const rowOf = (customerId: string, days: FeltDay[]): Feelings | undefined => (days.length > 0 ? { customerId, days } : undefined);

const feelings = view<Feelings>('relationship_feelings', { version: 2, record: 'customerId', personal: [] })
  .key(({ data }) => data.customerId)
  .on(InteractionRecorded, (row, { data: { sentiment }, occurredAt }, key) => rowOf(key, withFelt(row?.days ?? [], { day: dayOf(occurredAt), meetings: 1, sentiment })))
  .on(InteractionCorrected, (row, { data: { former, facts } }, key) => rowOf(key, withFelt(withFelt(row?.days ?? [], meeting(former), -1), meeting(facts))))
  .on(InteractionAttributed, ({ data }) => [data.formerCustomerId, data.customerId], (row, { data: { customerId, facts } }, key) => rowOf(key, withFelt(row?.days ?? [], meeting(facts), key === customerId ? 1 : -1)))
  .on(RelationshipSentimentRecorded, (row, { data: { sentiment }, occurredAt }, key) => rowOf(key, withFelt(row?.days ?? [], { day: dayOf(occurredAt), meetings: 0, sentiment })));

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const relationshipFeelings = () => feelings;
