import { view } from '#event-sourcing';
import { DuplicateDismissed, DuplicateSuspected, type DuplicateGround } from '../domain/duplicate.js';
import { CustomersMerged, CustomersUnmerged } from '../domain/merge.js';

export interface DuplicateCandidateRow {
  duplicateId: string;
  customerId: string;
  otherCustomerId: string;
  /** `confirmed`: the two are merged. */
  status: 'suspected' | 'dismissed' | 'confirmed';
  grounds: readonly DuplicateGround[];
  likeness: number;
  suspectedAt: string;
  /** When it was last dismissed, confirmed, or taken back by unmerging; and by whom. */
  decidedAt?: string;
  decidedBy?: string;
}

/** The same for both orders. */
const pair = (one: string, other: string): string => [one, other].sort().join('/');

type Decided = Pick<DuplicateCandidateRow, 'decidedAt' | 'decidedBy'>;
const decided = ({ occurredAt, metadata }: { occurredAt: string; metadata: { actor: string } }): Required<Decided> => ({ decidedAt: occurredAt, decidedBy: metadata.actor });

export const duplicateCandidates = view<DuplicateCandidateRow>('duplicate_candidates', {
  version: 1,
  summary: 'Pairs of records that may be of the same customer, on which grounds, and what became of the suspicion.',
  allow: ['manager', 'analyst'],
  personal: [],
  record: 'customerId',
  indexes: [{ status: 1, likeness: -1 }, { customerId: 1 }, { otherCustomerId: 1 }],
})
  .on(DuplicateSuspected, ({ data }) => pair(data.customerId, data.otherCustomerId), (row, { data: { grounds, ...data }, occurredAt }) => ({
    ...row, ...data, grounds: [...new Set([...(row?.grounds ?? []), ...grounds])], status: 'suspected', suspectedAt: occurredAt,
  }))
  .on(DuplicateDismissed, ({ data }) => pair(data.customerId, data.otherCustomerId), (row, event) => row && { ...row, status: 'dismissed', ...decided(event) })
  .on(CustomersMerged, ({ data }) => pair(data.customerId, data.intoCustomerId), (row, event) => row && { ...row, status: 'confirmed', ...decided(event) })
  .on(CustomersUnmerged, ({ data }) => pair(data.customerId, data.intoCustomerId), (row, event) => row && { ...row, status: 'dismissed', ...decided(event) });
