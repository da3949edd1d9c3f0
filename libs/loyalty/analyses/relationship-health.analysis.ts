import { IsInt, Max, Min } from 'class-validator';
import { analysis, stored, view } from '#event-sourcing';
import { InteractionRecorded, RelationshipSentimentRecorded, type Sentiment } from '#interactions';
import { dayOf } from '../domain/time.js';
import { dayAfter } from '../domain/forecast.js';
import { loyalty } from '../views/loyalty.view.js';

export class RelationshipHealthParameters {
  /** What was done and said in the last so many days counts as recent. */
  @IsInt() @Min(1) @Max(3_650) days = 180;
}

interface Feelings {
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

/** Folded for this analysis alone. */
const feelings = view<Feelings>('relationship_feelings', { version: 1, record: 'customerId', personal: [] })
  .on(InteractionRecorded, ({ data }) => data.customerId, (row, event, key) => felt(row, event, key, event.data.sentiment, true))
  .on(RelationshipSentimentRecorded, ({ data }) => data.customerId, (row, event, key) => felt(row, event, key, event.data.sentiment, false));

/** What customers do, and what they feel. */
export const relationshipHealth = analysis('relationship_health', {
  version: 1,
  summary: 'Both sides of each relationship, behaviour and feeling, all in all and of late; a relationship that has only one of them is deficient.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId', parameters: RelationshipHealthParameters,
  columns: {
    customerId: 'text', behaviour: { type: 'integer', summary: 'Purchases and interactions.' }, feeling: { type: 'integer', summary: 'Sentiments that were recorded.' }, deficient: { type: 'text', summary: 'The side that is missing where only the other is there.' },
    recentMeetings: { type: 'integer', unit: 'days' }, recentPurchaseDays: { type: 'integer', unit: 'days' }, recentSentiment: { type: 'number', summary: 'Mean, from −2 to 2; null where none was recorded of late.' }, sentimentBefore: 'number', health: { type: 'text', summary: 'good, cooling, cold, silent or unknown.' },
  },
})
  .reads({ customers: stored(loyalty), feelings })
  .computes(({ customers, feelings: all }, { now, parameters: { days } }) => {
    const since = dayAfter(dayOf(now), -days);
    const known = new Map(all.map((row) => [row.customerId, row]));
    const rows = customers.map(({ customerId, behaviour, feeling, deficient, currencies }) => {
      const row = known.get(customerId);
      const recent = (day: string) => day > since;
      const recentPurchaseDays = new Set(Object.values(currencies).flatMap((facts) => facts.days.map(({ day }) => day)).filter(recent)).size;
      const recentMeetings = (row?.met ?? []).filter(recent).length;
      const [recentSentiment, sentimentBefore] = [meanOf(row, recent), meanOf(row, (day) => !recent(day))];
      return { customerId, behaviour, feeling, deficient, recentMeetings, recentPurchaseDays, recentSentiment, sentimentBefore, health: healthOf({ behaviour, active: recentPurchaseDays + recentMeetings > 0, recentSentiment, sentimentBefore }) };
    });
    const counts = Object.fromEntries(['good', 'cooling', 'cold', 'silent', 'unknown'].map((health) => [health, rows.filter((row) => row.health === health).length]));
    return { rows, summary: { customers: rows.length, deficient: rows.filter(({ deficient }) => deficient !== null).length, ...counts } };
  });

function meanOf(row: Feelings | undefined, within: (day: string) => boolean): number | null {
  const days = Object.entries(row?.felt ?? {}).filter(([day]) => within(day)).map(([, each]) => each);
  const count = days.reduce((total, each) => total + each.count, 0);
  return count > 0 ? days.reduce((total, { sum }) => total + sum, 0) / count : null;
}

interface Signs {
  behaviour: number;
  active: boolean;
  recentSentiment: number | null;
  sentimentBefore: number | null;
}

function healthOf({ behaviour, active, recentSentiment, sentimentBefore }: Signs): string {
  if (recentSentiment !== null && recentSentiment < 0) return 'cold';
  if (!active) return behaviour > 0 ? 'silent' : 'unknown';
  if (recentSentiment === null) return 'unknown';
  return sentimentBefore !== null && recentSentiment < sentimentBefore ? 'cooling' : 'good';
}
