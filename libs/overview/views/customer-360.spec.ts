import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import {
  ContactLinkedToCustomer, ContactPersonAdded, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased,
  CustomerBlacklisted, CustomerDeactivated, CustomerLocated, CustomerReactivated, CustomerRenamed, KeyAccountDesignated,
  ParentCustomerAssigned, ParentCustomerRemoved, PartyRoleGranted, PartyRoleRevoked, PreferredChannelSet,
} from '#customers';
import { FollowUpDone, InteractionCorrected, RelationshipSentimentRecorded, TouchpointExperienceRated } from '#interactions';
import { PurchaseCorrected, PurchaseReturned } from '#purchases';
import { attributed, bought, factsOf, followUp, history, met, on, registered } from '../testing/history.js';
import { customer360 } from './customer-360.view.js';

const rows = (...dated: [string, NewEvent][]) => given(customer360, history(...dated)).rows();
const row = (...made: NewEvent[]) => rows(...made.map((one): [string, NewEvent] => ['2026-01-01', one])).get('c1')!;
const c1 = { customerId: 'c1' };

describe('A customer at a glance', () => {
  it('is all unknown but what was said', () => {
    given(customer360, history(['2026-01-01', registered()])).then('c1', {
      customerId: 'c1', name: 'Ada', kind: 'person', status: 'active', registeredAt: on('2026-01-01'), location: null, preferredChannel: null,
      roles: [], keyAccount: false, blacklisted: false, parentId: null, contacts: { count: 0, core: 0 },
      interactions: { count: 0, last: null, beforeLast: null, byChannel: {} }, feeling: null, followUps: { open: 0, next: [] },
      purchases: { count: 0, last: null, beforeLast: null, first: null, afterFirst: null, byCurrency: {} },
    });
  });

  it('shows identity, standing and place', () => {
    const known = row(
      registered(), event(CustomerRenamed, { ...c1, name: 'Ada L.' }), event(CustomerLocated, { ...c1, country: 'GB', city: 'London' }),
      event(PreferredChannelSet, { ...c1, channel: 'letter' }), event(PartyRoleGranted, { ...c1, name: 'Ada', role: 'agent' }),
      event(PartyRoleGranted, { ...c1, name: 'Ada', role: 'user' }), event(PartyRoleRevoked, { ...c1, role: 'agent' }),
      event(KeyAccountDesignated, { ...c1, name: 'Ada', reason: 'big', evidenceEventIds: [] }), event(CustomerBlacklisted, { ...c1, name: 'Ada', reason: 'debts' }),
      event(ParentCustomerAssigned, { ...c1, parentId: 'c9' }), event(CustomerDeactivated, { ...c1, reason: 'closed' }),
    );
    expect(known).toMatchObject({
      name: 'Ada L.', status: 'deactivated', location: { country: 'GB', city: 'London' }, preferredChannel: 'letter', roles: ['user'],
      keyAccount: true, blacklisted: true, parentId: 'c9',
    });
    expect(row(registered(), event(ParentCustomerAssigned, { ...c1, parentId: 'c9' }), event(ParentCustomerRemoved, { ...c1, parentId: 'c9' })).parentId).toBeNull();
    expect(row(registered(), event(CustomerDeactivated, { ...c1, reason: 'closed' }), event(CustomerReactivated, { ...c1, status: 'active', reason: 'open' })).status).toBe('active');
  });

  it('counts contact persons and core contacts as they come and go', () => {
    const contact = { ...c1, contactId: 'k1' };
    const added = event(ContactPersonAdded, { ...contact, name: 'Bob' });
    expect(row(added, event(CoreContactDesignated, contact)).contacts).toEqual({ count: 1, core: 1 });
    expect(row(added, event(CoreContactDesignated, contact), event(CoreContactReleased, contact), event(ContactUnlinkedFromCustomer, contact)).contacts)
      .toEqual({ count: 0, core: 0 });
    expect(row(event(ContactLinkedToCustomer, { ...contact, formerCustomerId: 'c2', name: 'Bob' })).contacts).toEqual({ count: 1, core: 0 });
  });

  it('counts interactions by channel and knows the last of each, also when told late', () => {
    const known = rows(['2026-01-05', met('i1')], ['2026-01-09', met('i2', { channel: 'visit' })], ['2026-01-02', met('i3')]).get('c1')!;
    expect(known.interactions).toMatchObject({
      count: 3, last: on('2026-01-09'),
      byChannel: { phone: { count: 2, last: on('2026-01-05') }, visit: { count: 1, last: on('2026-01-09') } },
    });
  });

  it('gives an interaction, its feeling and its follow-up to the rightful customer', () => {
    const both = rows(
      ['2026-01-01', met('i1')], ['2026-01-05', met('i2', { sentiment: -2 })], ['2026-01-05', followUp('i2', '2026-01-20')],
      ['2026-01-08', attributed('i2', factsOf('2026-01-05', { sentiment: -2 }), '2026-01-20')],
    );
    expect(both.get('c1')).toMatchObject({ interactions: { count: 1, last: on('2026-01-01') }, feeling: null, followUps: { open: 0, next: [] } });
    expect(both.get('c2')).toMatchObject({
      interactions: { count: 1, last: on('2026-01-05'), byChannel: { phone: { count: 1 } } },
      feeling: { sentiment: -2, at: on('2026-01-05') }, followUps: { open: 1, next: [{ interactionId: 'i2', followUpOn: '2026-01-20' }] },
    });
  });

  it('follows the correction of an interaction', () => {
    const corrected = event(InteractionCorrected, {
      ...c1, interactionId: 'i1', fields: ['channel', 'heldAt', 'sentiment'], former: factsOf('2026-01-05', { sentiment: 1 }),
      facts: factsOf('2026-01-03', { channel: 'visit' }), formerSummary: 'x', summary: 'x', reason: 'typing error',
    });
    const known = rows(['2026-01-05', met('i1', { sentiment: 1 })], ['2026-01-06', corrected]).get('c1')!;
    expect(known.interactions).toEqual({
      count: 1, last: on('2026-01-03'), beforeLast: null, byChannel: { visit: { count: 1, last: on('2026-01-03'), beforeLast: null } },
    });
    expect(known.feeling).toBeNull();
  });

  it('shows the latest feeling, wherever it was recorded', () => {
    const known = rows(
      ['2026-01-05', met('i1', { sentiment: -1 })],
      ['2026-01-07', event(TouchpointExperienceRated, { ...c1, interactionId: 'i1', channel: 'phone', rating: 2 })],
      ['2026-01-06', event(RelationshipSentimentRecorded, { ...c1, relationshipId: 'r1', sentiment: 0 })],
    ).get('c1')!;
    expect(known.feeling).toEqual({ sentiment: 2, at: on('2026-01-07'), interactionId: 'i1' });
  });

  it('shows the open follow-ups, the next first; another date replaces the former', () => {
    const known = row(
      met('i1'), met('i2'), met('i3'), followUp('i1', '2026-02-01'), followUp('i2', '2026-01-15'), followUp('i3', '2026-01-20'),
      followUp('i2', '2026-03-01', { formerFollowUpOn: '2026-01-15' }), event(FollowUpDone, { ...c1, interactionId: 'i3', followUpOn: '2026-01-20' }),
    );
    expect(known.followUps.open).toBe(2);
    expect(known.followUps.next.map(({ followUpOn }) => followUpOn)).toEqual(['2026-02-01', '2026-03-01']);
  });

  it('counts purchases by currency, net of returns, and knows the first and the last', () => {
    const back = (purchaseId: string, date: string, amount: number, whole: boolean) =>
      event(PurchaseReturned, { ...c1, purchaseId, purchasedAt: on(date), amount: { amount, currency: 'EUR' }, whole });
    const known = rows(['2026-01-02', bought('p1', 1000)], ['2026-01-05', bought('p2', 500)], ['2026-01-07', bought('p3', 90, 'USD')]).get('c1')!;
    expect(known.purchases).toMatchObject({
      count: 3, first: on('2026-01-02'), last: on('2026-01-07'), byCurrency: { EUR: { count: 2, total: 1500 }, USD: { count: 1, total: 90 } },
    });
    const after = rows(
      ['2026-01-02', bought('p1', 1000)], ['2026-01-05', bought('p2', 500)],
      ['2026-01-06', back('p1', '2026-01-02', 300, false)], ['2026-01-08', back('p2', '2026-01-05', 500, true)],
    ).get('c1')!;
    expect(after.purchases).toMatchObject({ count: 1, first: on('2026-01-02'), last: on('2026-01-02'), byCurrency: { EUR: { count: 1, total: 700 } } });
    expect(rows(['2026-01-02', bought('p1', 1000)], ['2026-01-03', back('p1', '2026-01-02', 1000, true)]).get('c1')!.purchases)
      .toEqual({ count: 0, last: null, beforeLast: null, first: null, afterFirst: null, byCurrency: {} });
  });

  it('knows the first and the last of the purchases that are left when one is returned', () => {
    const back = (purchaseId: string, date: string): [string, NewEvent] =>
      ['2026-01-20', event(PurchaseReturned, { ...c1, purchaseId, purchasedAt: on(date), amount: { amount: 100, currency: 'EUR' }, whole: true })];
    const four: [string, NewEvent][] = ['2026-01-04', '2026-01-02', '2026-01-03', '2026-01-01'].map((date) => [date, bought(date, 100)]);
    const spanAfter = (...returned: [string, NewEvent][]) => {
      const { count, first, last } = rows(...four, ...returned).get('c1')!.purchases;
      return [count, first?.slice(0, 10), last?.slice(0, 10)];
    };
    expect(spanAfter()).toEqual([4, '2026-01-01', '2026-01-04']);
    expect(spanAfter(back('2026-01-01', '2026-01-01'))).toEqual([3, '2026-01-02', '2026-01-04']);
    expect(spanAfter(back('2026-01-04', '2026-01-04'))).toEqual([3, '2026-01-01', '2026-01-03']);
    expect(spanAfter(back('2026-01-02', '2026-01-02'), back('2026-01-03', '2026-01-03'))).toEqual([2, '2026-01-01', '2026-01-04']);
    expect(spanAfter(back('2026-01-02', '2026-01-02'), back('2026-01-03', '2026-01-03'), back('2026-01-01', '2026-01-01'))).toEqual([1, '2026-01-04', '2026-01-04']);
  });

  it('gives a purchase to the rightful customer', () => {
    const facts = { customerId: 'c1', purchasedAt: on('2026-01-02'), amount: { amount: 1000, currency: 'EUR' } };
    const moved = event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c2', from: facts, to: { ...facts, customerId: 'c2' }, returned: { amount: 100, currency: 'EUR' }, reason: 'x' });
    const both = rows(
      ['2026-01-02', bought('p1', 1000)],
      ['2026-01-03', event(PurchaseReturned, { ...c1, purchaseId: 'p1', purchasedAt: on('2026-01-02'), amount: { amount: 100, currency: 'EUR' }, whole: false })],
      ['2026-01-04', moved],
    );
    expect(both.get('c1')?.purchases).toMatchObject({ count: 0, byCurrency: {} });
    expect(both.get('c2')?.purchases).toMatchObject({ count: 1, first: on('2026-01-02'), byCurrency: { EUR: { count: 1, total: 900 } } });
  });

  it('stays small however much happens', () => {
    const many = Array.from({ length: 500 }, (_, index): NewEvent[] => [
      met(`i${index}`, { sentiment: 1 }), followUp(`i${index}`, '2026-03-01', { purpose: 'call' }), bought(`p${index}`, 100),
    ]).flat();
    expect(JSON.stringify(row(registered(), ...many)).length).toBeLessThan(3000);
  });
});
