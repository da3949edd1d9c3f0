import { analysis } from '#event-sourcing';
import { buyersIn, NO_CURRENCY } from '../domain/buyers.js';
import { daysMet } from '../domain/feelings.js';
import { dayAfter } from '../domain/forecast.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { inForce, inForceOrder } from '../domain/policies.js';
import { dayOf } from '../domain/time.js';
import { costsOf, profitOf, tiersOf, valuePolicyOf } from '../domain/value.js';
import { interactionPolicies } from '../views/interaction-policies.view.js';
import { relationshipFeelings } from './relationship-feelings.js';
import { valueSources } from './value-sources.js';

const DAYS_IN_YEAR = 365;

/** How each customer is to be looked after by tier, and whether that was done. */
export const interactionPolicyFor = analysis('interaction_policy_for', {
  version: 1,
  summary: 'The mode of interaction of each buyer by the tier of the value policy, against the days with an interaction in the last year.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', tier: 'text', service: { type: 'text', summary: 'Null: the policy says nothing of the tier.', nullWhere: 'the policy says nothing of the tier' }, channels: 'json', contactsPerYear: { type: 'integer', nullWhere: 'the policy says nothing of the tier' }, meetings: { type: 'integer', unit: 'days', summary: 'Of the last year.' },
    missing: { type: 'integer', summary: 'Contacts that the policy asks for and that there were not.', nullWhere: 'the policy says nothing of the tier' }, policyVersion: 'integer',
  },
})
  .reads({ ...valueSources, modes: interactionPolicies, feelings: relationshipFeelings() })
  .computes(({ customers, policies, rules: published, costs, modes, feelings }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const defined = inForce(inForceOrder(modes), now);
    if (!defined) return { rows: [], notes: ['No interaction policy is defined: DefineInteractionPolicy says how customers of each tier are looked after.'] };
    const allocated = costsOf(costs, policy.rules.currency);
    const tiers = tiersOf(buyersIn(policy.rules.currency, customers).map((buyer) => ({ customerId: buyer.customerId, value: profitOf(buyer, policy.rules, allocated.get(buyer.customerId) ?? 0) })), policy.rules.tiers);
    const since = dayAfter(dayOf(now), -DAYS_IN_YEAR);
    const met = new Map(feelings.map((row) => [row.customerId, daysMet(row.days, (day) => day > since)]));
    const rows = [...tiers].sort(([one], [other]) => (one < other ? -1 : 1)).map(([customerId, tier]) => {
      const mode = defined.rules.modes.find((each) => each.tier === tier);
      const meetings = met.get(customerId) ?? 0;
      return {
        customerId, tier, service: mode?.service ?? null, channels: mode?.channels ?? null, contactsPerYear: mode?.contactsPerYear ?? null, meetings,
        missing: mode ? Math.max(0, mode.contactsPerYear - meetings) : null, policyVersion: defined.version,
      };
    });
    const unknown = new Set(rows.filter(({ service }) => service === null).map(({ tier }) => tier));
    return {
      rows, summary: { policyVersion: defined.version, valuePolicyVersion: policy.version, buyers: rows.length, behind: rows.filter(({ missing }) => (missing ?? 0) > 0).length },
      notes: [...policy.notes, ...[...unknown].sort().map((tier) => `The interaction policy says nothing of the tier ${tier}.`)],
    };
  })
  .explaining(whyNoBuyerOfPolicy);
