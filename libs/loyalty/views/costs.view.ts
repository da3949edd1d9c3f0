import { view } from '#event-sourcing';
import { type Money } from '#purchases';
import { CostAllocated, type CostKind } from '../domain/costs.js';

export interface CostRow {
  costId: string;
  customerId: string;
  kind: CostKind;
  amount: Money;
  product?: string;
  basis: string;
  at: string;
  eventId: string;
}

export const costs = view<CostRow>('costs', {
  version: 1,
  summary: 'Costs that were allocated to customers.',
  allow: ['developer', 'analyst', 'manager'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, at: -1 }],
})
  .on(CostAllocated, ({ data }) => data.costId, (_, { data, occurredAt, id }) => ({ ...data, at: occurredAt, eventId: id }));
