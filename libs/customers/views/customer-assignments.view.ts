import { view } from '#event-sourcing';
import { CustomerAssigned, CustomerShared, CustomerUnshared, type Assignment } from '../domain/assignment.js';

export interface AssignmentRow extends Assignment {
  since?: string;
  sharedWith: string[];
}

const nobody: AssignmentRow = { sharedWith: [] };

export const customerAssignments = view<AssignmentRow>('customer_assignments', {
  version: 1,
  summary: 'Who looks after each customer, its team, territory and branch, and with whom it is shared.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
  indexes: [{ owner: 1 }, { team: 1 }, { territory: 1 }, { branch: 1 }, { sharedWith: 1 }],
})
  .key((event) => event.data.customerId)
  .on(CustomerAssigned, (row = nobody, { data: { assignment }, occurredAt }) => ({ ...assignment, since: occurredAt, sharedWith: row.sharedWith }))
  .on(CustomerShared, (row = nobody, { data }) => ({ ...row, sharedWith: [...row.sharedWith, data.sharedWith] }))
  .on(CustomerUnshared, (row = nobody, { data }) => ({ ...row, sharedWith: row.sharedWith.filter((each) => each !== data.sharedWith) }));
