import { IsInt, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { dayOf } from '../domain/time.js';
import { daysMet, meanFeeling } from '../domain/feelings.js';
import { dayAfter } from '../domain/forecast.js';
import { loyalty } from '../views/loyalty.view.js';
import { relationshipFeelings } from './relationship-feelings.js';

export class RelationshipHealthParameters {
  /** What was done and said in the last so many days counts as recent. */
  @IsInt() @Min(1) @Max(3_650) days = 180;
}

/** What customers do, and what they feel. */
export const relationshipHealth = analysis('relationship_health', {
  version: 1,
  summary: 'Both sides of each relationship, behaviour and feeling, all in all and of late; a relationship that has only one of them is deficient.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId', parameters: RelationshipHealthParameters,
  columns: {
    customerId: 'text', behaviour: { type: 'integer', summary: 'Purchases and interactions.' }, feeling: { type: 'integer', summary: 'Sentiments that were recorded.' }, deficient: { type: 'text', summary: 'The side that is missing where only the other is there.', nullWhere: 'none of the two sides is missing, or both are' },
    recentMeetings: { type: 'integer', unit: 'days' }, recentPurchaseDays: { type: 'integer', unit: 'days' }, recentSentiment: { type: 'number', summary: 'Mean, from −2 to 2; null where none was recorded of late.', nullWhere: 'no sentiment was recorded of late' }, sentimentBefore: { type: 'number', nullWhere: 'no sentiment was recorded before' }, health: { type: 'text', summary: 'good, cooling, cold, silent or unknown.' },
  },
})
  .reads({ customers: stored(loyalty), feelings: relationshipFeelings() })
  .computes(({ customers, feelings: all }, { now, parameters: { days } }) => {
    const since = dayAfter(dayOf(now), -days);
    const known = new Map(all.map((row) => [row.customerId, row]));
    const rows = customers.map(({ customerId, behaviour, feeling, deficient, currencies }) => {
      const row = known.get(customerId);
      const recent = (day: string) => day > since;
      const recentPurchaseDays = new Set(Object.values(currencies).flatMap((facts) => facts.days.map(({ day }) => day)).filter(recent)).size;
      const recentMeetings = daysMet(row?.days, recent);
      const [recentSentiment, sentimentBefore] = [meanFeeling(row?.days, recent), meanFeeling(row?.days, (day) => !recent(day))];
      return { customerId, behaviour, feeling, deficient, recentMeetings, recentPurchaseDays, recentSentiment, sentimentBefore, health: healthOf({ behaviour, active: recentPurchaseDays + recentMeetings > 0, recentSentiment, sentimentBefore }) };
    });
    const counts = Object.fromEntries(['good', 'cooling', 'cold', 'silent', 'unknown'].map((health) => [health, rows.filter((row) => row.health === health).length]));
    return { rows, summary: { customers: rows.length, deficient: rows.filter(({ deficient }) => deficient !== null).length, ...counts }, notes: silenceOf(rows, days) };
  });

function silenceOf(rows: readonly { recentSentiment: number | null }[], days: number): string[] {
  if (rows.length === 0) return ['There is no customer.'];
  return rows.some(({ recentSentiment }) => recentSentiment !== null) ? [] : [`No sentiment was recorded in the last ${days} days: what customers feel of late is not known.`];
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
