import { view } from '#event-sourcing';
import { type Money } from '#purchases';
import { BindingFactorAdded, BindingFactorRemoved, type BindingKind } from '../domain/bindings.js';

export interface BindingRow {
  bindingId: string;
  customerId: string;
  kind: BindingKind;
  cost: Money;
  source: string;
  until?: string;
  since: string;
  removedAt?: string;
  eventId: string;
}

export const bindings = view<BindingRow>('bindings', {
  version: 1,
  summary: 'What binds each customer, and what leaving would cost by it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1 }],
})
  .key(({ data }) => data['bindingId'])
  .on(BindingFactorAdded, (_, { data, occurredAt, id }) => ({ ...data, since: occurredAt, eventId: id }))
  .on(BindingFactorRemoved, (row, { occurredAt }) => row && { ...row, removedAt: occurredAt });
