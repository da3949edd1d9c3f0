import { onRow, view } from '#event-sourcing';
import {
  differencesOf, ProposalAccepted, ProposalDrafted, ProposalRejected, ProposalRevised, ProposalSent, type KnownProposal, type Section, type SectionDifference,
} from '../domain/proposal.js';

export interface ProposalVersion {
  version: number;
  sections: Section[];
  writtenAt: string;
  writtenBy: string;
  sentAt?: string;
  /** From the version before. */
  differences?: SectionDifference[];
}

export interface ProposalRow {
  customerId: string;
  opportunityId?: string;
  title: string;
  status: KnownProposal['status'];
  version: number;
  versions: ProposalVersion[];
  rejectedBecause?: string;
}

export const proposalVersions = view<ProposalRow>('proposal_versions', {
  version: 1,
  summary: 'Every proposal with all its versions, and how each differs from the one before.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['title', 'versions.sections', 'versions.differences', 'rejectedBecause'],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { status: 1 }, { opportunityId: 1 }],
})
  .key(({ data }) => data.proposalId)
  .on(ProposalDrafted, (_, { data: { proposalId: __, sections, ...said }, occurredAt, metadata }) => ({
    ...said, status: 'drafted', version: 1, versions: [{ version: 1, sections, writtenAt: occurredAt, writtenBy: metadata.actor }],
  }))
  .on(ProposalRevised, onRow(({ versions }, { data: { version, former, sections }, occurredAt, metadata }) => ({
    status: 'drafted', version,
    versions: [...versions, { version, sections, writtenAt: occurredAt, writtenBy: metadata.actor, differences: differencesOf(listOf(former), listOf(sections)) }],
  })))
  .on(ProposalSent, onRow(({ versions }, { data: { version }, occurredAt }) => ({
    status: 'sent', versions: versions.map((each) => (each.version === version ? { ...each, sentAt: occurredAt } : each)),
  })))
  .on(ProposalAccepted, onRow(() => ({ status: 'accepted' })))
  .on(ProposalRejected, onRow((_, { data: { reason } }) => ({ status: 'rejected', ...(reason !== undefined && { rejectedBecause: reason }) })));

/** Of an erased person nothing is left. */
const listOf = (sections: Section[] | undefined): Section[] => sections ?? [];
