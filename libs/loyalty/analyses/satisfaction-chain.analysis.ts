import { analysis } from '#event-sourcing';
import { rankCorrelation } from '#statistics';
import { buyersIn, NO_CURRENCY } from '../domain/buyers.js';
import { meanFeeling } from '../domain/feelings.js';
import { costsOf, profitOf, valuePolicyOf } from '../domain/value.js';
import { relationshipFeelings } from './relationship-feelings.js';
import { valueSources } from './value-sources.js';

const LINKS = [['satisfaction', 'loyalty'], ['loyalty', 'value'], ['satisfaction', 'value']] as const;

/** Whether the satisfied are the loyal, and the loyal the valuable. */
export const satisfactionChain = analysis('satisfaction_loyalty_value', {
  version: 1,
  summary: 'How satisfaction (mean sentiment), loyalty (purchase days) and value (profit so far) of buyers go together: rank correlations (Spearman).',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['from', 'to'],
  columns: { from: 'text', to: 'text', customers: { type: 'integer', summary: 'Of whom both are known.' }, correlation: { type: 'number', summary: 'From −1 to 1; null where nothing can be said.', nullWhere: 'nothing can be said' } },
})
  .reads({ ...valueSources, feelings: relationshipFeelings() })
  .computes(({ customers, policies, rules: published, costs, feelings }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const felt = new Map(feelings.map((row) => [row.customerId, meanFeeling(row.days)]));
    const allocated = costsOf(costs, rules.currency);
    const known = buyersIn(rules.currency, customers).map((buyer) => ({
      satisfaction: felt.get(buyer.customerId) ?? null, loyalty: buyer.days.length, value: profitOf(buyer, rules, allocated.get(buyer.customerId) ?? 0),
    }));
    const rows = LINKS.map(([from, to]) => {
      const pairs = known.flatMap((row) => (row[from] === null || row[to] === null ? [] : [[row[from], row[to]] as const]));
      return { from, to, customers: pairs.length, correlation: rankCorrelation(pairs) ?? null };
    });
    const unknown = rows.filter(({ correlation }) => correlation === null);
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, buyers: known.length },
      notes: ['What goes together need not be cause and effect.', ...unknown.map(({ from, to }) => `Of ${from} and ${to} nothing can be said: fewer than three buyers of whom both are known, or all are alike.`), ...policy.notes],
    };
  });
