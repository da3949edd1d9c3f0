import { onRow, view } from '#event-sourcing';
import { PurchaseIntentionLapsed, PurchaseIntentionRecorded, PurchaseIntentionRevised, URGENCIES, type Intention } from '../domain/purchase-intention.js';

export interface IntentionRow extends Intention {
  customerId: string;
  contactId?: string;
  status: 'standing' | 'lapsed';
  /** 1: now, 5: some day. Sort by it. */
  urgencyRank: number;
  traits?: string;
  recordedAt: string;
  changedAt: string;
}

export const intentions = view<IntentionRow>('intentions', {
  version: 1,
  summary: 'What customers mean to buy; the most urgent first with `{ urgencyRank: 1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['traits'],
  record: 'customerId',
  indexes: [{ status: 1, urgencyRank: 1 }, { urgency: 1 }, { customerId: 1 }, { offeringId: 1 }],
})
  .key(({ data }) => data.purchaseintentionId)
  .on(PurchaseIntentionRecorded, (_, { data: { customerId, contactId, traits, intention }, occurredAt }) => ({
    ...intention, customerId, ...(contactId !== undefined && { contactId }), ...(traits !== undefined && { traits }),
    status: 'standing', urgencyRank: rankOf(intention), recordedAt: occurredAt, changedAt: occurredAt,
  }))
  .on(PurchaseIntentionRevised, onRow((_, { data: { intention }, occurredAt }) => ({ ...intention, urgencyRank: rankOf(intention), changedAt: occurredAt })))
  .on(PurchaseIntentionLapsed, onRow((_, { occurredAt }) => ({ status: 'lapsed', changedAt: occurredAt })));

const rankOf = ({ urgency }: Intention): number => URGENCIES.indexOf(urgency) + 1;
