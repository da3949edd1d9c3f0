import { onRow, view } from '#event-sourcing';
import { DiscountGranted, DiscountRefused, DiscountRequested } from '../domain/discount.js';

export interface DiscountRow {
  customerId: string;
  offeringId?: string;
  status: 'requested' | 'granted' | 'refused';
  asked: number;
  granted?: number;
  reason: string;
  refusedBecause?: string;
  requestedBy: string;
  requestedAt: string;
  decidedBy?: string;
  decidedAt?: string;
}

export const discounts = view<DiscountRow>('discounts', {
  version: 1,
  summary: 'Discounts that were asked for, and what became of them; those to be decided with `{ "status": "requested" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['reason', 'refusedBecause'],
  record: 'customerId',
  indexes: [{ status: 1, requestedAt: 1 }, { customerId: 1 }],
})
  .key(({ data }) => data.discountId)
  .on(DiscountRequested, (_, { data: { discountId: __, percent, ...said }, occurredAt, metadata }) => ({
    ...said, status: 'requested', asked: percent, requestedBy: metadata.actor, requestedAt: occurredAt,
  }))
  .on(DiscountGranted, onRow((_, { data: { percent }, occurredAt, metadata }) => ({ status: 'granted', granted: percent, decidedBy: metadata.actor, decidedAt: occurredAt })))
  .on(DiscountRefused, onRow((_, { data: { reason }, occurredAt, metadata }) => ({ status: 'refused', refusedBecause: reason, decidedBy: metadata.actor, decidedAt: occurredAt })));
