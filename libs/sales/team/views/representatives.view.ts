import { onRow, view } from '#event-sourcing';
import { RepresentativeLeft, RepresentativePosted, RepresentativeRegistered, type Post } from '../domain/representative.js';

export interface RepresentativeRow extends Post {
  name: string;
  since: string;
  leftAt?: string;
  /** Who took over. */
  successorId?: string;
}

export const representatives = view<RepresentativeRow>('representatives', {
  version: 2,
  summary: 'Who sells or sold for the firm, in which region, and who leads them.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ region: 1 }, { managerId: 1 }],
})
  .key(({ data }) => data.representativeId)
  .on(RepresentativeRegistered, (_, { data: { name, post }, occurredAt }) => ({ name, ...post, since: occurredAt }))
  .on(RepresentativePosted, (row, { data: { post } }) => row && { name: row.name, since: row.since, ...post })
  .on(RepresentativeLeft, onRow((_, { data: { successorId }, occurredAt }) => ({ successorId, leftAt: occurredAt })));
