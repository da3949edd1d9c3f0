import { analysis } from '#event-sourcing';
import { relationshipFeelings } from './relationship-feelings.js';

const MONTH = '2026-01'.length;

/** How customers feel, month by month. */
export const satisfaction = analysis('satisfaction', {
  version: 1,
  summary: 'The mean sentiment of customers by month, from −2 to 2, of the talks and judgements in which one was recorded.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: null, apart: ['month'],
  columns: { month: 'text', sentiments: 'integer', customers: 'integer', mean: 'number', change: { type: 'number', summary: 'Since the month before that has any.', nullWhere: 'no month before has any' } },
})
  .reads({ feelings: relationshipFeelings() })
  .computes(({ feelings }) => {
    const months = new Map<string, { sum: number; count: number; customers: Set<string> }>();
    for (const { customerId, days } of feelings) {
      for (const { day, sum, count } of days) {
        if (count === 0) continue;
        const known = months.get(day.slice(0, MONTH)) ?? { sum: 0, count: 0, customers: new Set<string>() };
        months.set(day.slice(0, MONTH), { sum: known.sum + sum, count: known.count + count, customers: known.customers.add(customerId) });
      }
    }
    const means = [...months].sort(([one], [other]) => (one < other ? -1 : 1)).map(([month, { sum, count, customers }]) => ({ month, sentiments: count, customers: customers.size, mean: sum / count }));
    const rows = means.map((row, index) => ({ ...row, change: index > 0 ? row.mean - means[index - 1]!.mean : null }));
    const all = [...months.values()].reduce((total, { sum, count }) => ({ sum: total.sum + sum, count: total.count + count }), { sum: 0, count: 0 });
    return {
      rows, summary: { sentiments: all.count, mean: all.count > 0 ? all.sum / all.count : null }, notes: rows.length > 0 ? [] : ['No sentiment was recorded.'],
      plots: rows.length > 0 ? [{ title: 'Mean sentiment', kind: 'line', x: 'month', series: [{ name: '', points: rows.map(({ month, mean }) => [month, mean] as const) }] }] : [],
    };
  });
