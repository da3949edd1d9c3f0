import { aggregate, DomainEvent, onKnown, Personal, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A part of a proposal, told apart by its heading. */
export interface Section {
  heading: string;
  text: string;
}

@DomainEvent()
export class ProposalDrafted {
  proposalId!: string;
  customerId!: string;
  opportunityId?: string;
  @Personal() title!: string;
  @Personal() sections!: Section[];
}

@DomainEvent()
export class ProposalRevised {
  proposalId!: string;
  customerId!: string;
  /** The first revision is version 2. */
  version!: number;
  @Personal() former!: Section[];
  @Personal() sections!: Section[];
}

@DomainEvent()
export class ProposalSent {
  proposalId!: string;
  customerId!: string;
  version!: number;
}

@DomainEvent()
export class ProposalAccepted {
  proposalId!: string;
  customerId!: string;
  opportunityId?: string;
  version!: number;
}

@DomainEvent()
export class ProposalRejected {
  proposalId!: string;
  customerId!: string;
  opportunityId?: string;
  version!: number;
  @Personal() reason?: string;
}

export interface KnownProposal {
  status: 'drafted' | 'sent' | 'accepted' | 'rejected';
  customerId: string;
  opportunityId?: string;
  version: number;
  sections: Section[];
}

/** Null: none was drafted under this id. */
export type ProposalState = KnownProposal | null;

const on = onKnown<KnownProposal>();

export const Proposal = aggregate<'proposal', ProposalState>('proposal', null)
  .on(ProposalDrafted, (_, { customerId, opportunityId, sections }) => ({ status: 'drafted', customerId, version: 1, sections, ...(opportunityId !== undefined && { opportunityId }) }))
  .on(ProposalRevised, on((_, { version, sections }) => ({ status: 'drafted', version, sections })))
  .on(ProposalSent, on(() => ({ status: 'sent' })))
  .on(ProposalAccepted, on(() => ({ status: 'accepted' })))
  .on(ProposalRejected, on(() => ({ status: 'rejected' })));

/** What is possible with a proposal in each state. */
export const proposalFor = stateMachine<KnownProposal['status']>('proposal', {
  drafted: ['ReviseProposal', 'SendProposal'],
  sent: ['ReviseProposal', 'AcceptProposal', 'RejectProposal'],
  accepted: [],
  rejected: ['ReviseProposal'],
});

/** Whose proposal it is, as its events name it. */
export const proposedTo = ({ customerId, opportunityId, version }: KnownProposal) => ({ customerId, version, ...(opportunityId !== undefined && { opportunityId }) });

export interface SectionDifference {
  heading: string;
  change: 'added' | 'removed' | 'changed';
  from?: string;
  to?: string;
}

/** Between two versions, section by section. */
export function differencesOf(before: readonly Section[], after: readonly Section[]): SectionDifference[] {
  const headings = [...new Set([...before, ...after].map(({ heading }) => heading))];
  const textOf = (sections: readonly Section[], name: string) => sections.find(({ heading }) => heading === name)?.text;
  return headings.flatMap((heading): SectionDifference[] => {
    const [from, to] = [textOf(before, heading), textOf(after, heading)];
    if (from === to) return [];
    const change = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
    return [{ heading, change, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}
