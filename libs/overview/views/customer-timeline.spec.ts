import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ChannelConnected, InteractionBriefViewed } from '#interactions';
import { PurchaseCorrected } from '#purchases';
import { attributed, bought, factsOf, followUp, history, met, on, registered } from '../testing/history.js';
import { customerTimeline } from './customer-timeline.view.js';

const entries = (customerId: string, ...dated: [string, NewEvent][]) =>
  [...given(customerTimeline, history(...dated)).rows().values()]
    .filter((entry) => entry.customerId === customerId)
    .sort((one, other) => (one.at < other.at ? 1 : -1))
    .map(({ type, at }) => [type, at.slice(0, 10)]);

describe('The timeline of a customer', () => {
  it('has an entry for each event of any context, with what happened, when, and who did it', () => {
    const all = given(customerTimeline, history(['2026-01-01', registered()], ['2026-01-02', bought('p1', 100)])).rows();
    expect([...all.keys()]).toEqual(['c1/0000000000000001', 'c1/0000000000000002']);
    expect(all.get('c1/0000000000000002')).toMatchObject({
      customerId: 'c1', type: 'PurchaseRecorded', at: on('2026-01-02'), actor: 'tester', source: 'test',
      eventId: '00000000-0000-4000-8000-000000000002', data: { purchaseId: 'p1', amount: { amount: 100, currency: 'EUR' } },
    });
  });

  it('has facts that became known late where they belong', () => {
    expect(entries('c1', ['2026-01-05', registered()], ['2026-01-03', met('i1')], ['2026-01-05', followUp('i1', '2026-02-01')])[2])
      .toEqual(['InteractionRecorded', '2026-01-03']);
  });

  it('shows who looked at the trail', () => {
    expect(entries('c1', ['2026-01-05', event(InteractionBriefViewed, { briefId: 'b1', customerId: 'c1' })])).toEqual([['InteractionBriefViewed', '2026-01-05']]);
  });

  it('takes an interaction to its rightful customer, where it took place, and keeps both', () => {
    const told: [string, NewEvent][] = [['2026-01-05', met('i1')], ['2026-01-09', attributed('i1', factsOf('2026-01-05'))]];
    expect(entries('c1', ...told)).toEqual([['InteractionAttributed', '2026-01-09'], ['InteractionRecorded', '2026-01-05']]);
    expect(entries('c2', ...told)).toEqual([['InteractionAttributed', '2026-01-05']]);
  });

  it('takes a purchase to its rightful customer and keeps both', () => {
    const facts = { customerId: 'c1', purchasedAt: on('2026-01-05'), amount: { amount: 100, currency: 'EUR' } };
    const corrected = event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c2', from: facts, to: { ...facts, customerId: 'c2' }, returned: { amount: 0, currency: 'EUR' }, reason: 'x' });
    const told: [string, NewEvent][] = [['2026-01-05', bought('p1', 100)], ['2026-01-09', corrected]];
    expect(entries('c1', ...told)).toEqual([['PurchaseCorrected', '2026-01-09'], ['PurchaseRecorded', '2026-01-05']]);
    expect(entries('c2', ...told)).toEqual([['PurchaseCorrected', '2026-01-05']]);
  });

  it('has one entry for a correction that moves nothing', () => {
    const facts = { customerId: 'c1', purchasedAt: on('2026-01-05'), amount: { amount: 100, currency: 'EUR' } };
    const corrected = event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c1', from: facts, to: { ...facts, place: 'Hamburg' }, returned: { amount: 0, currency: 'EUR' }, reason: 'x' });
    expect(entries('c1', ['2026-01-09', corrected])).toEqual([['PurchaseCorrected', '2026-01-09']]);
  });

  it('leaves out what is about no customer', () => {
    const connected = event(ChannelConnected, { channelId: 'l1', channel: 'phone', name: 'Line 1' });
    expect(given(customerTimeline, [connected]).rows().size).toBe(0);
  });
});
