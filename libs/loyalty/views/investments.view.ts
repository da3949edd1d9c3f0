import { view } from '#event-sourcing';
import { type Money } from '#purchases';
import { RelationshipInvestmentRecorded, RelationshipInvestmentWithdrawn, type InvestmentKind } from '../domain/investments.js';

export interface InvestmentRow {
  investmentId: string;
  customerId: string;
  kind: InvestmentKind;
  amount: Money;
  note?: string;
  at: string;
  withdrawnAt?: string;
  withdrawnBecause?: string;
  eventId: string;
}

export const investments = view<InvestmentRow>('relationship_investments', {
  version: 1,
  summary: 'What was invested in the relationship with each customer, and what of it was taken back.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['note', 'withdrawnBecause'],
  record: 'customerId',
  indexes: [{ customerId: 1, at: -1 }],
})
  .key(({ data }) => data['investmentId'])
  .on(RelationshipInvestmentRecorded, (_, { data, occurredAt, id }) => ({ ...data, at: occurredAt, eventId: id }))
  .on(RelationshipInvestmentWithdrawn, (row, { data, occurredAt }) => row && { ...row, withdrawnAt: occurredAt, withdrawnBecause: data.reason });
