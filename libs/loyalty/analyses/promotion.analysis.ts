import { IsInt, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { NO_CURRENCY } from '../domain/buyers.js';
import { campaignsOf } from '../domain/campaigns.js';
import { dayOf } from '../domain/time.js';
import { valuePolicyOf } from '../domain/value.js';
import { valueSources } from './value-sources.js';

export class PromotionParameters {
  /** A purchase within so many days after the promotion counts as a response. */
  @IsInt() @Min(1) @Max(365) days = 30;
}

const amount = (summary: string) => ({ type: 'number', unit: 'minor units', summary }) as const;

/** What came of each promotion. */
export const promotion = analysis('promotion_analysis', {
  version: 1,
  summary: 'Each promotion (allocated costs of the kind campaign, by their basis): cost, reach, response within some days, and return on investment, against the same customers as many days before.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['promotion'], parameters: PromotionParameters,
  columns: {
    promotion: 'text', since: 'date', reach: { type: 'integer', summary: 'Customers to whom a cost was allocated.' }, responded: 'integer', response: { type: 'number', summary: 'Share of those reached who bought in time.' }, before: { type: 'number', summary: 'Share of them who bought in as many days before.' },
    cost: amount('All of it.'), profit: amount('Of the purchases in time, by the policy.'), profitBefore: amount('Of as many days before.'), roi: { type: 'number', summary: 'Profit less cost, as a multiple of the cost; null where it cost nothing.', nullWhere: 'it cost nothing' }, isOver: { type: 'boolean', summary: 'Everybody has had all the days.' },
  },
})
  .reads(valueSources)
  .computes(({ customers, policies, rules: published, costs }, { now, parameters: { days } }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const rows = campaignsOf({ rules: policy.rules, customers, costs, days, today: dayOf(now) });
    const sum = (of: 'cost' | 'profit' | 'reach' | 'responded') => rows.reduce((total, row) => total + row[of], 0);
    return {
      rows, summary: { policyVersion: policy.version, currency: policy.rules.currency, days, promotions: rows.length, reach: sum('reach'), responded: sum('responded'), cost: sum('cost'), profit: sum('profit'), roi: sum('cost') > 0 ? sum('profit') / sum('cost') - 1 : null },
      notes: [...policy.notes, ...(rows.length > 0 ? ['Who bought afterwards need not have bought because of it: compare with the share before.'] : ['No cost of a campaign is allocated: AllocateCost with the kind campaign says what a promotion cost for whom.'])],
    };
  })
  .restingOn(({ costs }, _, { promotion: of }) => costs.filter(({ kind, basis }) => kind === 'campaign' && basis === of).map(({ customerId }) => customerId));
