import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { linkCustomerOffering, retireOffering } from '../offerings/commands/offerings.js';
import { CustomerOfferingLinked, Offering, OfferingDefined, OfferingRetired } from '../offerings/domain/offering.js';
import { customerOfferingMatrix } from '../offerings/views/customer-offering-matrix.view.js';
import { setSalesTarget } from '../performance/commands/sales-target.js';
import { SalesTarget, SalesTargetRevised, SalesTargetSet } from '../performance/domain/sales-target.js';
import { salesPerformance } from '../performance/views/sales-performance.view.js';
import { postRepresentative, registerRepresentative } from './commands/representatives.js';
import { Representative, RepresentativePosted, RepresentativeRegistered } from './domain/representative.js';
import { representatives } from './views/representatives.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const registered = event(RepresentativeRegistered, { representativeId: 'mei', name: 'Mei', post: { region: 'East', managerId: 'ida' } });
const posted = event(RepresentativePosted, { representativeId: 'mei', former: { region: 'East', managerId: 'ida' }, post: { region: 'West' } });

describe('a representative', () => {
  it('has a region and a manager, and never is their own', () => {
    given(Representative, []).when(registerRepresentative, { representativeId: 'mei', name: 'Mei', region: 'East', managerId: 'ida' }).then([registered]);
    given(Representative, []).when(registerRepresentative, { representativeId: 'mei', name: 'Mei', managerId: 'mei' }).thenRejected('own-manager');
  });

  it('gets another post, and has it in the view', () => {
    given(Representative, [registered]).when(postRepresentative, { representativeId: 'mei', region: 'West' }).then([posted]);
    given(Representative, [registered, posted]).when(postRepresentative, { representativeId: 'mei', region: 'West' }).then([]);
    given(representatives, [registered, posted]).then('mei', { name: 'Mei', since: NOON, region: 'West' });
  });
});

describe('an offering', () => {
  const defined = event(OfferingDefined, { offeringId: 'tea', name: 'Tea', kind: 'product' });

  it('that is retired gets no new customers', () => {
    given(Offering, [defined, event(OfferingRetired, { offeringId: 'tea' })]).when(retireOffering, { offeringId: 'tea' }).then([]);
    given(Offering, [defined, event(OfferingRetired, { offeringId: 'tea' })]).when(linkCustomerOffering, { offeringId: 'tea', customerId: 'c1', link: 'uses' }, {}, {}).thenRejected('offering-retired');
  });

  it('is tied to customers in several ways', () => {
    given(customerOfferingMatrix, [event(CustomerOfferingLinked, { offeringId: 'tea', customerId: 'c1', link: 'uses' }), event(CustomerOfferingLinked, { offeringId: 'tea', customerId: 'c1', link: 'resells' })])
      .then('c1/tea', { customerId: 'c1', offeringId: 'tea', links: { resells: NOON, uses: NOON } });
  });
});

describe('a sales target', () => {
  const usd = (amount: number) => ({ amount, currency: 'USD' });
  const target = { salestargetId: 't', representativeId: 'mei', month: '2026-01' };

  it('is set, and revised when it is set again', () => {
    const set = event(SalesTargetSet, { ...target, value: usd(100) });
    const revised = event(SalesTargetRevised, { ...target, former: usd(100), value: usd(80) });
    given(SalesTarget, [set]).when(setSalesTarget, { ...target, value: usd(80) }, {}, { name: 'Mei', post: {} }).then([revised]);
    given(SalesTarget, [set]).when(setSalesTarget, { ...target, month: '2026-02', value: usd(80) }, {}, { name: 'Mei', post: {} }).thenRejected('target-of-another');
    given(salesPerformance, [set, revised]).then('2026-01/(none)/mei', { month: '2026-01', quarter: '2026-Q1', region: '(none)', representativeId: 'mei', won: 0, lost: 0, value: {}, secondsToWin: 0, target: { USD: 80 } });
  });
});
