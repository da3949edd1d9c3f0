import { analysis, type Plot } from '#event-sourcing';
import { inForce, inForceOrder, type LoyaltyRules, type PolicyVersion } from '../domain/policies.js';
import { scoreReasons, type ScoredRow } from '../domain/score-reasons.js';
import { boundariesAt, type ScoringVersion } from '../domain/scores.js';
import { loyalty, type LoyaltyAnswer } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';

const TIES = 'A score is 1 plus the number of boundaries strictly below the value (of recency that many from the highest score down), and boundaries are nearest ranks: customers with equal values always have equal scores.';

/** Recency, frequency and money of every buyer, with their scores by the policy in force. */
export const rfm = analysis('rfm', {
  version: 1,
  summary: 'Recency, frequency, money and their scores for every buyer, by the loyalty policy in force; equal values have equal scores.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', recencyDays: { type: 'integer', unit: 'days' }, frequency: 'integer', monetary: { type: 'integer', unit: 'minor units' },
    recencyScore: 'integer', frequencyScore: 'integer', monetaryScore: 'integer', cell: { type: 'text', summary: 'The three scores, such as 5-4-5.' },
    repeatRate: { type: 'number', summary: 'Share of the purchase days that came after another one.' }, meanIntervalDays: { type: 'number', unit: 'days', nullWhere: 'the customer bought on one day only' },
  },
})
  .reads({ customers: loyalty, policies })
  .computes(({ customers }) => {
    const scored = customers.filter(hasScores);
    const rows = scored.map(({ customerId, recencyDays, frequency, monetary, recencyScore, frequencyScore, monetaryScore, repeatRate, meanIntervalDays }) => ({
      customerId, recencyDays, frequency, monetary, recencyScore, frequencyScore, monetaryScore, cell: [recencyScore, frequencyScore, monetaryScore].join('-'), repeatRate, meanIntervalDays,
    }));
    const reasons = countsOf(customers.flatMap(({ noScoresBecause }) => noScoresBecause ?? []));
    const notes = [TIES, ...(customers.length > 0 ? [] : ['There is no customer.']), ...[...reasons].map(([reason, count]) => `${count} customers have no scores: ${reason}.`)];
    const plots: Plot[] = (['recencyScore', 'frequencyScore', 'monetaryScore'] as const).map((score) => ({
      title: `Customers by ${score}`, kind: 'bar', series: [{ name: '', points: [...countsOf(rows.map((row) => row[score]))].sort(([one], [other]) => one - other) }],
    }));
    const { policyVersion = null, currency = null } = scored[0] ?? {};
    return { rows, summary: { policyVersion, currency, buyers: rows.length, customers: customers.length }, notes, plots: rows.length > 0 ? plots : [] };
  })
  .explaining(({ customers, policies: versions }, { now }, key, { customers: computedWith }) => {
    const row = customers.find(({ customerId }) => customerId === key);
    if (row?.noScoresBecause) return { notes: [`${key} has no scores: ${row.noScoresBecause}.`] };
    const published = inForceOrder(versions.filter((policy): policy is typeof policy & PolicyVersion<LoyaltyRules> => policy.kind === 'loyalty'));
    const policy = inForce(published, now);
    const boundaries = boundariesOf(computedWith as readonly ScoringVersion[], now);
    if (!row || !hasScores(row) || !policy || !boundaries) return undefined;
    return {
      by: { policyVersion: policy.version, policyEvent: policy.eventId, currency: policy.rules.currency, method: policy.rules.method, counts: policy.rules.frequency, ...scoreReasons(row, customers.filter(hasScores), boundaries) },
      notes: [TIES, ...(policy.rules.method === 'quantiles' ? ['Boundaries part all customers who have bought in the currency, so that others move them too; without events of this customer they are found anew.'] : [])],
    };
  });

const hasScores = <Row extends LoyaltyAnswer>(row: Row): row is Row & ScoredRow => row.noScoresBecause === null;

function boundariesOf(versions: readonly ScoringVersion[], now: string) {
  const version = inForce(versions, now);
  return version && boundariesAt(version, Date.parse(now));
}

function countsOf<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
