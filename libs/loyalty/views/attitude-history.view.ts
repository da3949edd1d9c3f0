import { view } from '#event-sourcing';
import { RelationshipSentimentRecorded, type Sentiment } from '#interactions';

/** What was judged of the relationship on a day; the words are in the event. */
export interface Judgement {
  at: string;
  /** −2 very bad … +2 very good. */
  sentiment: Sentiment;
  contactId?: string;
  eventId: string;
}

export interface AttitudeRow {
  customerId: string;
  /** By the latest judgement. */
  attitude: Sentiment;
  since: string;
  /** How often it became another. */
  changes: number;
  /** In the order in which they were made. */
  judgements: Judgement[];
}

/** A relationship is neutral in itself: attitude comes with judgements. */
export const attitudeHistory = view<AttitudeRow>('attitude_history', {
  version: 1,
  summary: 'The attitude of each customer to the relationship, and every judgement that made it so.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
  indexes: [{ attitude: 1 }],
})
  .on(RelationshipSentimentRecorded, ({ data }) => data.customerId, (row, { data: { customerId, sentiment, contactId }, occurredAt, id }) => {
    const made: Judgement = { at: occurredAt, sentiment, ...(contactId !== undefined && { contactId }), eventId: id };
    const judgements = [...(row?.judgements ?? []), made].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    const turns = judgements.filter((each, index) => each.sentiment !== judgements[index - 1]?.sentiment);
    const { sentiment: attitude, at: since } = turns.at(-1)!;
    return { customerId, attitude, since, changes: turns.length - 1, judgements };
  });
