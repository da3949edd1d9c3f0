import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { lapsePurchaseIntention, recordPurchaseIntention, revisePurchaseIntention } from '../intentions/commands/purchase-intentions.js';
import { PurchaseIntention, PurchaseIntentionLapsed, PurchaseIntentionRecorded, PurchaseIntentionRevised } from '../intentions/domain/purchase-intention.js';
import { intentions } from '../intentions/views/intentions.view.js';
import { acceptSuggestion, identifyLatentOpportunity, rejectSuggestion } from './commands/suggestions.js';
import { LatentOpportunity, LatentOpportunityIdentified, SuggestionAccepted } from './domain/latent-opportunity.js';
import { suggestions } from './views/suggestions.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const customer = { status: 'active', deactivated: false, blacklisted: false };
const evidenceIds = ['00000000-0000-4000-8000-000000000001'];

describe('a latent opportunity', () => {
  const latentopportunityId = 's1';
  const facts = { latentopportunityId, customerId: 'c1', offeringId: 'tea', kind: 'cross-sell' as const, evidenceIds, reason: 'Buys cups, and no tea' };
  const identified = event(LatentOpportunityIdentified, facts);
  const accepted = event(SuggestionAccepted, { latentopportunityId, customerId: 'c1', offeringId: 'tea', kind: 'cross-sell', opportunityId: 'o1' });

  it('keeps the events that show it', () => {
    given(LatentOpportunity, []).when(identifyLatentOpportunity, facts, {}, { customer, offering: { name: 'Tea', retired: false } }).then([identified]);
    given(suggestions, [identified]).then(latentopportunityId, { customerId: 'c1', offeringId: 'tea', kind: 'cross-sell', evidenceIds, reason: facts.reason, status: 'suggested', suggestedAt: NOON, suggestedBy: 'tester' });
  });

  it('is taken up or not, once', () => {
    given(LatentOpportunity, [identified]).when(acceptSuggestion, { latentopportunityId, opportunityId: 'o1' }).then([accepted]);
    given(LatentOpportunity, [identified, accepted]).when(rejectSuggestion, { latentopportunityId, reason: 'x' }).thenRejected('latent-opportunity-accepted');
    given(LatentOpportunity, []).when(rejectSuggestion, { latentopportunityId, reason: 'x' }).thenRejected('latent-opportunity-not-found');
  });

  it('is for what is sold', () => {
    given(LatentOpportunity, []).when(identifyLatentOpportunity, facts, {}, { customer, offering: { name: 'Tea', retired: true } }).thenRejected('offering-retired');
  });
});

describe('a purchase intention', () => {
  const purchaseintentionId = 'i1';
  const intention = { offeringId: 'tea', urgency: 'this-year' as const };
  const recordedIntention = event(PurchaseIntentionRecorded, { purchaseintentionId, customerId: 'c1', intention, traits: 'Needs it organic' });
  const revised = event(PurchaseIntentionRevised, { purchaseintentionId, customerId: 'c1', former: intention, intention: { ...intention, urgency: 'now' } });

  it('is of a customer who exists', () => {
    const command = { purchaseintentionId, customerId: 'c1', ...intention, traits: 'Needs it organic' };
    given(PurchaseIntention, []).when(recordPurchaseIntention, command, {}, customer).then([recordedIntention]);
    given(PurchaseIntention, []).when(recordPurchaseIntention, command, {}, { ...customer, blacklisted: true }).thenRejected('customer-blacklisted');
  });

  it('is revised while it stands; what is left out stays', () => {
    given(PurchaseIntention, [recordedIntention]).when(revisePurchaseIntention, { purchaseintentionId, urgency: 'now' }).then([revised]);
    given(PurchaseIntention, [recordedIntention]).when(revisePurchaseIntention, { purchaseintentionId, urgency: 'this-year' }).then([]);
    const lapsed = event(PurchaseIntentionLapsed, { purchaseintentionId, customerId: 'c1' });
    given(PurchaseIntention, [recordedIntention]).when(lapsePurchaseIntention, { purchaseintentionId }).then([lapsed]);
    given(PurchaseIntention, [recordedIntention, lapsed]).when(revisePurchaseIntention, { purchaseintentionId, urgency: 'now' }).thenRejected('purchase-intention-lapsed');
  });

  it('is ranked by its urgency', () => {
    given(intentions, [recordedIntention, revised]).then(purchaseintentionId, {
      offeringId: 'tea', urgency: 'now', customerId: 'c1', traits: 'Needs it organic', status: 'standing', urgencyRank: 1, recordedAt: NOON, changedAt: NOON,
    });
  });
});
