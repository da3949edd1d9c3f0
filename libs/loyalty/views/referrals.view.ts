import { view } from '#event-sourcing';
import { ReferralConverted, ReferralMade } from '../domain/referrals.js';

export interface ReferralRow {
  referralId: string;
  customerId: string;
  referredId?: string;
  source: string;
  madeAt: string;
  convertedAt?: string;
  referredCustomerId?: string;
  eventId: string;
}

export const referrals = view<ReferralRow>('referral_tree', {
  version: 1,
  summary: 'Who recommended us to whom, and who became a customer of it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { referredCustomerId: 1 }],
})
  .key(({ data }) => data['referralId'])
  .on(ReferralMade, (_, { data, occurredAt, id }) => ({ ...data, madeAt: occurredAt, eventId: id }))
  .on(ReferralConverted, (row, { data, occurredAt }) => row && { ...row, referredCustomerId: data.referredCustomerId, convertedAt: occurredAt });
