import { isDeepStrictEqual } from 'node:util';
import { ArrayUnique, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsListOf, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Proposal, ProposalAccepted, ProposalDrafted, proposalFor, ProposalRejected, ProposalRevised, ProposalSent, proposedTo, type Section } from '../domain/proposal.js';

abstract class ProposalCommand extends SalesCommand {
  @IsId() proposalId!: string;
}

export class SectionFields implements Section {
  @IsText(200) heading!: string;
  @IsText(20_000) text!: string;
}

const byHeading = (section: Section | null): string | undefined => section?.heading;

@Command({ summary: 'Drafts a proposal to a customer, in sections with a heading each.', allow: ['manager', 'sales'] })
export class DraftProposal extends ProposalCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() opportunityId?: string;
  @IsText(200) title!: string;
  @IsListOf(() => SectionFields, { most: 100 }) @ArrayUnique(byHeading) sections!: SectionFields[];
}

export const draftProposal = decide(Proposal, DraftProposal, (command, state, _, customer) => {
  if (state) throw wrongState('proposal-already-drafted', `Proposal ${command.proposalId} was drafted already; send ReviseProposal, or take another id.`);
  refuseUnlessDealable(command, customer);
  return event(ProposalDrafted, factsOf(command));
}, customerNamed);

@Command({ summary: 'Writes another version of a proposal.', allow: ['manager', 'sales'] })
export class ReviseProposal extends ProposalCommand {
  @IsListOf(() => SectionFields, { most: 100 }) @ArrayUnique(byHeading) sections!: SectionFields[];
}

export const reviseProposal = decide(Proposal, ReviseProposal, (command, state) => {
  const { proposalId, sections } = factsOf(command);
  const { customerId, version, sections: former } = proposalFor('ReviseProposal', state, proposalId);
  return isDeepStrictEqual(former, sections) ? [] : event(ProposalRevised, { proposalId, customerId, version: version + 1, former, sections });
});

@Command({ summary: 'A proposal went to the customer.', allow: ['manager', 'sales'] })
export class SendProposal extends ProposalCommand {}

export const sendProposal = decide(Proposal, SendProposal, ({ proposalId }, state) => {
  const { customerId, version } = proposalFor('SendProposal', state, proposalId);
  return event(ProposalSent, { proposalId, customerId, version });
});

@Command({ summary: 'A customer accepts a proposal.', allow: ['manager', 'sales'] })
export class AcceptProposal extends ProposalCommand {}

export const acceptProposal = decide(Proposal, AcceptProposal, ({ proposalId }, state) => event(ProposalAccepted, { proposalId, ...proposedTo(proposalFor('AcceptProposal', state, proposalId)) }));

@Command({ summary: 'A customer rejects a proposal.', allow: ['manager', 'sales'] })
export class RejectProposal extends ProposalCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const rejectProposal = decide(Proposal, RejectProposal, (command, state) =>
  event(ProposalRejected, { ...factsOf(command), ...proposedTo(proposalFor('RejectProposal', state, command.proposalId)) }));
