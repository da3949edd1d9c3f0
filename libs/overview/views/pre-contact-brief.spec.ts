import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ConsentGranted, ConsentWithdrawn, KeyAccountDesignated, PreferredChannelSet } from '#customers';
import { FollowUpCancelled, InteractionCorrected } from '#interactions';
import { PurchaseCorrected, PurchaseReturned } from '#purchases';
import { attributed, bought, factsOf, followUp, history, met, on, registered } from '../testing/history.js';
import { preContactBrief } from './pre-contact-brief.view.js';

const rows = (...dated: [string, NewEvent][]) => given(preContactBrief, history(...dated)).rows();
const c1 = { customerId: 'c1' };
const day = (index: number) => `2026-01-${String(index).padStart(2, '0')}`;

describe('The brief before a contact', () => {
  it('says who it is and how to reach them', () => {
    const brief = rows(
      ['2026-01-01', registered()], ['2026-01-01', event(PreferredChannelSet, { ...c1, channel: 'letter' })],
      ['2026-01-01', event(KeyAccountDesignated, { ...c1, name: 'Ada', reason: 'big', evidenceEventIds: [] })],
      ['2026-01-01', event(ConsentGranted, { ...c1, purpose: 'marketing', channel: 'phone' })],
      ['2026-01-02', event(ConsentGranted, { ...c1, purpose: 'survey', channel: 'e-mail' })],
      ['2026-01-03', event(ConsentWithdrawn, { ...c1, purpose: 'marketing', channel: 'phone' })],
    ).get('c1')!;
    expect(brief).toMatchObject({ name: 'Ada', kind: 'person', status: 'active', keyAccount: true, blacklisted: false, preferredChannel: 'letter' });
    expect(brief.consents).toEqual([
      { purpose: 'marketing', channel: 'phone', granted: false, since: on('2026-01-03') },
      { purpose: 'survey', channel: 'e-mail', granted: true, since: on('2026-01-02') },
    ]);
  });

  it('has the last five interactions, newest first', () => {
    const brief = rows(...Array.from({ length: 8 }, (_, index): [string, NewEvent] => [day(index + 1), met(`i${index + 1}`)]), ['2026-01-01', met('late')]).get('c1')!;
    expect(brief.recentInteractions.map(({ interactionId }) => interactionId)).toEqual(['i8', 'i7', 'i6', 'i5', 'i4']);
    expect(brief.recentInteractions[0]).toEqual({ interactionId: 'i8', channel: 'phone', direction: 'inbound', heldAt: on('2026-01-08'), summary: 'about i8' });
  });

  it('follows corrections and attributions of interactions', () => {
    const corrected = event(InteractionCorrected, {
      ...c1, interactionId: 'i1', fields: ['summary', 'sentiment'], former: factsOf('2026-01-01'), facts: factsOf('2026-01-01', { sentiment: 2 }),
      formerSummary: 'about i1', summary: 'about tea', reason: 'typing error',
    });
    const both = rows(
      ['2026-01-01', met('i1')], ['2026-01-02', met('i2')], ['2026-01-03', corrected], ['2026-01-02', followUp('i2', '2026-02-01')],
      ['2026-01-04', attributed('i2', factsOf('2026-01-02'), '2026-02-01')],
    );
    expect(both.get('c1')).toMatchObject({
      recentInteractions: [{ interactionId: 'i1', summary: 'about tea' }], feeling: { sentiment: 2, at: on('2026-01-01') }, followUps: { open: 0, next: [] },
    });
    expect(both.get('c2')).toMatchObject({ recentInteractions: [{ interactionId: 'i2', heldAt: on('2026-01-02') }], followUps: { open: 1 } });
  });

  it('has the open follow-ups, the next first', () => {
    const brief = rows(
      ['2026-01-01', met('i1')], ['2026-01-01', met('i2')], ['2026-01-01', followUp('i1', '2026-02-01', { assignee: 'bob', purpose: 'offer' })],
      ['2026-01-01', followUp('i2', '2026-01-15')], ['2026-01-02', event(FollowUpCancelled, { ...c1, interactionId: 'i2', followUpOn: '2026-01-15', reason: 'done' })],
    ).get('c1')!;
    expect(brief.followUps).toEqual({ open: 1, next: [{ interactionId: 'i1', followUpOn: '2026-02-01', assignee: 'bob', purpose: 'offer' }] });
  });

  it('has the last five purchases, with what went back', () => {
    const eur = (amount: number) => ({ amount, currency: 'EUR' });
    const brief = rows(
      ...Array.from({ length: 6 }, (_, index): [string, NewEvent] => [day(index + 1), bought(`p${index + 1}`, 100)]),
      ['2026-01-09', event(PurchaseReturned, { ...c1, purchaseId: 'p6', purchasedAt: on('2026-01-06'), amount: eur(100), whole: true })],
      ['2026-01-09', event(PurchaseReturned, { ...c1, purchaseId: 'p5', purchasedAt: on('2026-01-05'), amount: eur(1), whole: false })],
      ['2026-01-09', event(PurchaseCorrected, {
        purchaseId: 'p4', customerId: 'c2', from: { ...c1, purchasedAt: on('2026-01-04'), amount: eur(100) },
        to: { customerId: 'c2', purchasedAt: on('2026-01-04'), amount: eur(200) }, returned: eur(0), reason: 'x',
      })],
    );
    expect(brief.get('c1')!.recentPurchases.map(({ purchaseId, returned }) => [purchaseId, returned])).toEqual([
      ['p6', 'all'], ['p5', 'part'], ['p3', 'nothing'], ['p2', 'nothing'],
    ]);
    expect(brief.get('c2')!.recentPurchases).toEqual([{ purchaseId: 'p4', purchasedAt: on('2026-01-04'), amount: eur(200), returned: 'nothing' }]);
  });
});
