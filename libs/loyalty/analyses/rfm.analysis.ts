import { analysis, own, type Plot } from '#event-sourcing';
import { inForce, inForceOrder, type LoyaltyRules, type PolicyVersion } from '../domain/policies.js';
import { rfmReasons } from '../domain/rfm-reasons.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { purchaseEvidence } from './purchase-evidence.js';

const TIES = 'A score is 1 plus the number of boundaries strictly below the value, and boundaries are nearest ranks: customers with equal values always have equal scores.';

/** Recency, frequency and money of every buyer, with their scores by the policy in force. */
export const rfm = analysis('rfm', {
  version: 1,
  summary: 'Recency, frequency, money and their scores for every buyer, by the loyalty policy in force; equal values have equal scores.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', recencyDays: { type: 'integer', unit: 'days' }, frequency: 'integer', monetary: { type: 'integer', unit: 'minor units' },
    recencyScore: 'integer', frequencyScore: 'integer', monetaryScore: 'integer', cell: { type: 'text', summary: 'The three scores, such as 5-4-5.' },
    repeatRate: { type: 'number', summary: 'Share of the purchase days that came after another one.' }, meanIntervalDays: { type: 'number', unit: 'days' },
  },
})
  .reads({ customers: loyalty, policies, bought: own(purchaseEvidence()) })
  .computes(({ customers }) => {
    const scored = customers.filter(({ noScoresBecause }) => noScoresBecause === null);
    const rows = scored.map(({ customerId, recencyDays, frequency, monetary, recencyScore, frequencyScore, monetaryScore, repeatRate, meanIntervalDays }) => ({
      customerId, recencyDays, frequency, monetary, recencyScore, frequencyScore, monetaryScore, cell: [recencyScore, frequencyScore, monetaryScore].join('-'), repeatRate, meanIntervalDays,
    }));
    const reasons = countsOf(customers.flatMap(({ noScoresBecause }) => noScoresBecause ?? []));
    const notes = [TIES, ...[...reasons].map(([reason, count]) => `${count} customers have no scores: ${reason}.`)];
    const plots: Plot[] = (['recencyScore', 'frequencyScore', 'monetaryScore'] as const).map((score) => ({
      title: `Customers by ${score}`, kind: 'bar', series: [{ name: '', points: [...countsOf(rows.map((row) => row[score]!))].sort(([one], [other]) => one - other) }],
    }));
    const { policyVersion = null, currency = null } = scored[0] ?? {};
    return { rows, summary: { policyVersion, currency, buyers: rows.length, customers: customers.length }, notes, plots: rows.length > 0 ? plots : [] };
  })
  .explaining(({ customers, policies: versions, bought }, { now }, key) => {
    const row = customers.find(({ customerId }) => customerId === key);
    const published = inForceOrder(versions.filter((policy): policy is typeof policy & PolicyVersion<LoyaltyRules> => policy.kind === 'loyalty'));
    const policy = inForce(published, now);
    if (!row || !policy) return undefined;
    const own = bought.filter(({ currency }) => currency === policy.rules.currency);
    const { recencyScore, frequencyScore, monetaryScore, noScoresBecause } = row;
    return {
      factors: rfmReasons(own, policy.rules.frequency, now),
      by: { policyVersion: policy.version, policyEvent: policy.eventId, currency: policy.rules.currency, method: policy.rules.method, recencyScore, frequencyScore, monetaryScore },
      notes: [TIES, 'Events of the purchases of a day are left out together.', ...(noScoresBecause === null ? [] : [`There are no scores: ${noScoresBecause}.`])],
    };
  });

function countsOf<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
