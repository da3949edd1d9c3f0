import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { acceptProposal, draftProposal, reviseProposal, sendProposal } from './commands/proposals.js';
import { Proposal, ProposalAccepted, ProposalDrafted, ProposalRevised, ProposalSent } from './domain/proposal.js';
import { proposalVersions } from './views/proposal-versions.view.js';

const of = { proposalId: 'p1', customerId: 'c1' };
const scope = { heading: 'Scope', text: 'Three houses' };
const price = { heading: 'Price', text: 'As quoted' };
const drafted = event(ProposalDrafted, { ...of, title: 'Tea for Mingde', sections: [scope] });
const revised = event(ProposalRevised, { ...of, version: 2, former: [scope], sections: [{ ...scope, text: 'Four houses' }, price] });

describe('a proposal', () => {
  it('is drafted for a customer with whom business may be done', () => {
    given(Proposal, []).when(draftProposal, { ...of, title: 'Tea for Mingde', sections: [scope] }, {}, { deactivated: false, blacklisted: false }).then([drafted]);
    given(Proposal, []).when(draftProposal, { ...of, title: 'Tea for Mingde', sections: [scope] }, {}, null).thenRejected('customer-not-found');
  });

  it('has versions, and how each differs from the one before', () => {
    given(Proposal, [drafted]).when(reviseProposal, { proposalId: 'p1', sections: revised.data.sections }).then([revised]);
    given(Proposal, [drafted]).when(reviseProposal, { proposalId: 'p1', sections: [scope] }).then([]);
    expect(given(proposalVersions, [drafted, revised, event(ProposalSent, { ...of, version: 2 })]).rows().get('p1')).toMatchObject({
      status: 'sent', version: 2,
      versions: [{ version: 1 }, { version: 2, sentAt: expect.any(String), differences: [{ heading: 'Scope', change: 'changed', from: 'Three houses', to: 'Four houses' }, { heading: 'Price', change: 'added', to: 'As quoted' }] }],
    });
  });

  it('is answered once it was sent', () => {
    given(Proposal, [drafted]).when(acceptProposal, { proposalId: 'p1' }).thenRejected('proposal-drafted');
    const sent = event(ProposalSent, { ...of, version: 1 });
    given(Proposal, [drafted]).when(sendProposal, { proposalId: 'p1' }).then([sent]);
    given(Proposal, [drafted, sent]).when(acceptProposal, { proposalId: 'p1' }).then([event(ProposalAccepted, { ...of, version: 1 })]);
  });
});
