import { analysis, earlier } from '#event-sourcing';
import { loyalty } from '../views/loyalty.view.js';

const SCORES = ['recencyScore', 'frequencyScore', 'monetaryScore'] as const;

/** Who became more loyal between two moments, and who less. */
export const loyaltyChange = analysis('loyalty_change', {
  version: 1,
  summary: 'What changed in the recency, frequency, money and scores of every buyer between two moments.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', change: { type: 'text', summary: 'new, left, up, down or same, by the sum of the scores.' }, scoresBefore: { type: 'integer', nullWhere: 'there was no purchase in the currency by the earlier moment' }, scores: { type: 'integer', nullWhere: 'no purchase in the currency stands now' },
    recencyDaysBefore: { type: 'integer', unit: 'days', nullWhere: 'there was no purchase in the currency by the earlier moment' }, recencyDays: { type: 'integer', unit: 'days', nullWhere: 'no purchase in the currency stands now' }, frequencyBefore: { type: 'integer', nullWhere: 'there was no purchase in the currency by the earlier moment' }, frequency: { type: 'integer', nullWhere: 'no purchase in the currency stands now' },
    monetaryBefore: { type: 'integer', unit: 'minor units', nullWhere: 'there was no purchase in the currency by the earlier moment' }, monetary: { type: 'integer', unit: 'minor units', nullWhere: 'no purchase in the currency stands now' },
  },
})
  .reads({ customers: loyalty, before: earlier(loyalty) })
  .computes(({ customers, before }) => {
    const known = new Map(before.map((row) => [row.customerId, row]));
    const present = new Map(customers.map((row) => [row.customerId, row]));
    const ids = [...new Set([...known.keys(), ...present.keys()])].sort();
    const rows = ids.flatMap((customerId) => {
      const [was, is] = [known.get(customerId) ?? UNKNOWN, present.get(customerId) ?? UNKNOWN];
      const [scoresBefore, scores] = [sumOf(was), sumOf(is)];
      if (scoresBefore === null && scores === null) return [];
      const before = { recencyDaysBefore: was.recencyDays, frequencyBefore: was.frequency, monetaryBefore: was.monetary };
      return [{ customerId, change: changeOf(scoresBefore, scores), scoresBefore, scores, ...before, recencyDays: is.recencyDays, frequency: is.frequency, monetary: is.monetary }];
    });
    const counts = Object.fromEntries(['new', 'left', 'up', 'down', 'same'].map((change) => [change, rows.filter((row) => row.change === change).length]));
    const currencies = new Set([...customers, ...before].flatMap(({ currency }) => currency ?? []));
    const nobody = [[rows.every((row) => row.scoresBefore === null), 'earlier'], [rows.every((row) => row.scores === null), 'later']].flatMap(([nothing, which]) => (nothing ? [`Nobody has scores at the ${which} moment: no loyalty policy is published, or no purchase in its currency stands.`] : []));
    const notes = currencies.size > 1 ? [`The policies of the two moments look at different currencies (${[...currencies].join(', ')}): amounts before and after cannot be compared.`] : [];
    return { rows, summary: counts, notes: [...nobody, ...notes] };
  });

type Scored = Readonly<Record<(typeof SCORES)[number], number | null>>;

const UNKNOWN = { recencyDays: null, frequency: null, monetary: null, recencyScore: null, frequencyScore: null, monetaryScore: null };

function sumOf(row: Scored): number | null {
  return SCORES.reduce<number | null>((sum, score) => (sum === null || row[score] === null ? null : sum + row[score]), 0);
}

function changeOf(before: number | null, now: number | null): string {
  if (before === null) return 'new';
  if (now === null) return 'left';
  return now > before ? 'up' : now < before ? 'down' : 'same';
}
