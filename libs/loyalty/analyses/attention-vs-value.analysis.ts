import { analysis } from '#event-sourcing';
import { daysMet } from '../domain/feelings.js';
import { dayAfter } from '../domain/forecast.js';
import { dayOf } from '../domain/time.js';
import { NO_CURRENCY } from '../domain/buyers.js';
import { attentionOf } from '../domain/attention.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { valuePolicyOf } from '../domain/value.js';
import { relationshipFeelings } from './relationship-feelings.js';
import { valueSources } from './value-sources.js';

/** Whether those get the attention who are worth it. */
export const attentionVsValue = analysis('attention_vs_value', {
  version: 1,
  summary: 'The score of every buyer by the profit of the last days of the value policy, and the share of the attention that each gets against the share of the profit that each brings.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', profit: { type: 'number', unit: 'minor units', summary: 'Of the last days, before service and campaigns.' }, score: { type: 'number', summary: 'Of 100: the share of the other buyers whose profit is lower.', nullWhere: 'there is no other buyer' },
    effort: { type: 'integer', unit: 'minor units', summary: 'Spent on service and campaigns.' }, meetings: { type: 'integer', unit: 'days', summary: 'With an interaction.' },
    valueShare: { type: 'number', nullWhere: 'nobody brought any profit' }, effortShare: { type: 'number', summary: 'Null where nothing was spent on anybody.', nullWhere: 'nothing was spent on anybody' }, meetingShare: { type: 'number', nullWhere: 'nobody was met' }, balance: { type: 'number', summary: 'Share of the profit less that of the attention: above 0 where more attention would be deserved.', nullWhere: 'there is no attention or no profit to have a share of' },
  },
})
  .reads({ ...valueSources, feelings: relationshipFeelings() })
  .computes(({ customers, policies, rules: published, costs, feelings }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const since = dayAfter(dayOf(now), -rules.windowDays);
    const meetings = new Map(feelings.map(({ customerId, days }) => [customerId, daysMet(days, (day) => day > since)]));
    const rows = attentionOf({ rules, customers, costs, meetings, since, today: dayOf(now) });
    const spent = rows.reduce((sum, { effort }) => sum + effort, 0);
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, windowDays: rules.windowDays, buyers: rows.length, effort: spent, meetings: rows.reduce((sum, row) => sum + row.meetings, 0) },
      notes: [...policy.notes, spent > 0 ? 'Attention is what was spent on service and campaigns.' : 'Nothing was spent on service or campaigns: attention is days with an interaction.'],
    };
  })
  .explaining(whyNoBuyerOfPolicy);
