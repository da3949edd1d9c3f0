import { describe, expect, it } from '@jest/globals';
import { ChangeCustomerStatus, CustomerRegistered, CustomerStatusChanged } from '#customers';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { PurchaseIntentionLapsed, PurchaseIntentionRecorded } from '../intentions/domain/purchase-intention.js';
import { OpportunityEstimateRevised, OpportunityLost, OpportunityOpened } from '../opportunities/domain/events.js';
import { OrderPlaced } from '../orders/domain/order.js';
import { prospectsBuying } from './processes/prospects-buying.js';
import { customerBaseValue } from './views/customer-base-value.view.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const NOW = '2026-01-05T12:00:00.000Z';
const prospect = event(CustomerRegistered, { customerId: 'c1', kind: 'person', name: 'Li Wei', status: 'prospect' });
const customer = event(CustomerRegistered, { customerId: 'c2', kind: 'person', name: 'Bo', status: 'active' });
const purchase = (customerId: string, amount = 500) => event(PurchaseRecorded, { purchaseId: 'p1', customerId, amount: usd(amount) });
const won = event(CustomerStatusChanged, { customerId: 'c1', formerStatus: 'prospect', status: 'active' });
const opened = event(OpportunityOpened, { opportunityId: 'o1', customerId: 'c1', source: 'lead', process: { salesprocessId: 'p', version: 1, stages: [] }, stage: 's', skipped: [], value: usd(900) });
const intends = event(PurchaseIntentionRecorded, { purchaseintentionId: 'i1', customerId: 'c1', intention: { offeringId: 'tea', urgency: 'now', amount: usd(70) } });

describe('a prospect', () => {
  it('who orders is a customer from then on, told once', () => {
    const order = (customerId: string) => event(OrderPlaced, { orderId: 'o', customerId, lines: [], totals: { net: usd(1), taxes: [], tax: usd(0), gross: usd(1) } });
    given(prospectsBuying).when(prospect).thenCommands()
      .when(order('c1')).thenCommands([ChangeCustomerStatus, { customerId: 'c1', status: 'active' }]).thenEnded()
      .when(order('c1')).thenNothing();
    given(prospectsBuying).when(customer).thenNothing().when(order('c2')).thenNothing();
  });
});

describe('the worth of the customer base', () => {
  it('counts what potential customers may bring beside what existing ones have brought', async () => {
    const revised = event(OpportunityEstimateRevised, { opportunityId: 'o1', customerId: 'c1', value: usd(800) });
    expect(await given(customerBaseValue, [prospect, customer, purchase('c2'), opened, revised, intends]).report('totals', NOW)).toEqual([
      { key: 'existing', customers: 1, bought: { USD: 500 }, openOpportunities: 0, openValue: {}, intentions: 0, intendedValue: {} },
      { key: 'potential', customers: 1, bought: {}, openOpportunities: 1, openValue: { USD: 800 }, intentions: 1, intendedValue: { USD: 70 } },
    ]);
  });

  it('follows what ends, comes back, lapses, and was recorded for another', async () => {
    const ended = { salesprocessId: 'p', version: 1, since: NOW, openedAt: NOW, stage: 's' };
    const lost = event(OpportunityLost, { opportunityId: 'o1', customerId: 'c1', reason: 'price', ended, competitorIds: [] });
    const lapsed = event(PurchaseIntentionLapsed, { purchaseintentionId: 'i1', customerId: 'c1' });
    const of = async (history: Parameters<typeof given>[1], key: string) => (await given(customerBaseValue, history as never).answers(NOW)).get(key);
    expect(await of([prospect, opened, intends, lost, lapsed], 'c1')).toMatchObject({ kind: 'potential', openOpportunities: 0, intentions: 0 });
    expect(await of([prospect, purchase('c1'), won], 'c1')).toMatchObject({ kind: 'existing', status: 'active', becameCustomerAt: NOW });
    const returned = event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', purchasedAt: NOW, amount: usd(500), whole: true });
    expect(await of([prospect, purchase('c1'), returned], 'c1')).toMatchObject({ kind: 'potential', bought: {}, purchases: 0 });
    const facts = { customerId: 'c1', purchasedAt: NOW, amount: usd(500) };
    const corrected = event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c2', from: facts, to: { ...facts, customerId: 'c2', amount: usd(600) }, returned: usd(0), reason: 'x' });
    expect(await of([prospect, customer, purchase('c1'), corrected], 'c1')).toMatchObject({ bought: {}, purchases: 0 });
    expect(await of([prospect, customer, purchase('c1'), corrected], 'c2')).toMatchObject({ bought: { USD: 600 }, purchases: 1 });
  });
});
