import { view } from '#event-sourcing';
import { FieldConflictResolved, type ConflictField, type SurvivorshipRule } from '../domain/data-quality.js';

/** One decision between values. */
export interface SurvivorshipRow {
  customerId: string;
  field: ConflictField;
  kept: string;
  rejected: readonly string[];
  rule: SurvivorshipRule;
  reason?: string;
  resolvedAt: string;
  resolvedBy: string;
  eventId: string;
}

export const survivorshipHistory = view<SurvivorshipRow>('survivorship_history', {
  version: 1,
  summary: 'Where sources said different things of a customer: what holds, what the others said, by which rule, who decided.',
  allow: ['manager', 'service'],
  personal: ['kept', 'rejected', 'reason'],
  record: 'customerId',
  sensitive: true,
  indexes: [{ customerId: 1, field: 1, resolvedAt: -1 }],
})
  .on(FieldConflictResolved, ({ data, position }) => `${data.customerId}/${String(position).padStart(16, '0')}`, (_, { data, occurredAt, metadata, id }) => ({
    ...data, resolvedAt: occurredAt, resolvedBy: metadata.actor, eventId: id,
  }));
