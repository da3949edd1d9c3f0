import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine, SetClock } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

/** Events about the firm itself, about competitors, or about leads. */
const WITHOUT_CUSTOMER = [
  'AssessmentScored', 'CompetitorPriceObserved', 'CompetitorProductRecorded', 'CompetitorRegistered', 'CompetitorStrategyNoted', 'CompetitorStrengthNoted',
  'CompetitorWeaknessNoted', 'CounterStrategyAdopted', 'DailyReportSubmitted', 'ExpenseReimbursed', 'ExpenseReportApproved', 'ExpenseReportBlocked',
  'ExpenseReportRejected', 'ExpenseReportSubmitted', 'ForecastAdjusted', 'ForecastFrozen', 'ForecastSubmitted', 'GoalAchieved', 'GoalCascaded', 'GoalSet',
  'GoalTargetRevised', 'MarketInformationSubmitted', 'ProspectScreened', 'ProspectShortlisted', 'SalesStageAdded', 'SalesStageRetired', 'SalesTargetRevised',
  'SalesTargetSet', 'ScreeningDefined', 'TerritoryDefined',
];

const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('from lead to cash', () => {
  const clock = new SetClock('2026-03-02T09:00:00Z');
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), clock });

  const send = (name: string, fields: object) => engine.commands.execute(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));
  const get = async (view: string, key: string) => (await engine.views.get(view, key, { after: await engine.events.head() })).value;
  const comes = async (moment: string) => {
    clock.set(moment);
    await engine.processes.settled();
  };
  const refused = (name: string, fields: object) => send(name, fields).then(() => undefined, (error: { code: string }) => error.code);

  beforeAll(async () => {
    await engine.start();
    await publishDefaultPolicies(engine);
    await engine.processes.start();
    await send('RegisterCustomer', { customerId: 'mingde', kind: 'organisation', name: 'Mingde Tea Houses' });
    await send('AddContactMethod', { customerId: 'mingde', contactMethodId: 'office', type: 'e-mail', value: 'office@mingde.example.com' });
    await send('RegisterRepresentative', { representativeId: 'mei', name: 'Mei Lin', region: 'East' });
    await send('DefineOffering', { offeringId: 'gaiwan', name: 'Gaiwan set', kind: 'product' });
    await send('PublishPriceList', { pricelistId: 'retail', name: 'Retail', currency: 'USD', freeDiscountPercent: 5 });
    await send('ChangePrice', { pricelistId: 'retail', offeringId: 'gaiwan', price: usd(2_500) });
  });

  afterAll(() => engine.stop());

  it('a lead becomes an opportunity of the representative whom the rules name', async () => {
    await send('PublishAssignmentRules', { assignmentrulesId: 'default', rules: [{ ruleId: 'fairs', conditions: { source: ['fair'] }, representativeIds: ['mei'] }] });
    await send('CaptureLead', { leadId: 'lead-1', source: 'fair', name: 'Zhou Lan', company: 'Mingde Tea Houses', offeringId: 'gaiwan' });
    await send('AssignLeadByRules', { leadId: 'lead-1' });
    await send('QualifyLead', { leadId: 'lead-1', score: 90 });
    await send('ConvertLead', { leadId: 'lead-1', customerId: 'mingde', opportunityId: 'opp-1' });
    await engine.processes.settled();
    expect(await get('lead_board', 'lead-1')).toMatchObject({ status: 'converted', assignedBy: { ruleId: 'fairs', version: 1, facts: { source: 'fair' } } });
    expect(await get('assignment_explanation', 'mingde')).toMatchObject({ representativeId: 'mei', rule: { ruleId: 'fairs', version: 1 } });
    expect(await get('pipeline', 'opp-1')).toMatchObject({ status: 'open', stage: 'find-prospect', representativeId: 'mei', region: 'East', source: 'lead', leadId: 'lead-1', process: { version: 1 } });
  });

  it('a quote with a discount that was granted becomes an order, which wins the opportunity', async () => {
    await send('AdvanceOpportunity', { opportunityId: 'opp-1', to: 'present-plan' });
    const quote = { quoteId: 'quote-1', customerId: 'mingde', opportunityId: 'opp-1', pricelistId: 'retail', discountId: 'disc-1', validUntil: '2026-03-31T00:00:00Z', lines: [{ offeringId: 'gaiwan', quantity: 40, discountPercent: 10, taxPercent: 13 }] };
    expect(await refused('IssueQuote', quote)).toBe('discount-not-granted');
    await send('RequestDiscount', { discountId: 'disc-1', customerId: 'mingde', percent: 10, reason: 'Twelve houses' });
    await send('GrantDiscount', { discountId: 'disc-1' });
    await send('IssueQuote', quote);
    await send('AcceptQuote', { quoteId: 'quote-1' });
    await send('PlaceOrder', { orderId: 'order-1', customerId: 'mingde', quoteId: 'quote-1' });
    await engine.processes.settled();
    expect(await get('orders', 'order-1')).toMatchObject({ status: 'placed', opportunityId: 'opp-1', totals: { net: usd(90_000), tax: usd(11_700), gross: usd(101_700) } });
    expect(await get('pipeline', 'opp-1')).toMatchObject({ status: 'won', value: usd(90_000), skipped: ['arrange-visit', 'build-trust', 'identify-needs', 'study-solution'] });
    expect(await get('sales_performance', '2026-03/East/mei')).toMatchObject({ won: 1, value: { USD: 90_000 } });
  });

  it('an order that is fulfilled is thanked for, and counts as a purchase', async () => {
    await send('ConfirmOrder', { orderId: 'order-1' });
    await send('ShipOrderLine', { orderId: 'order-1', line: 1, quantity: 40 });
    await engine.processes.settled();
    expect(await get('letters', 'thanks-order-1')).toMatchObject({ customerId: 'mingde', amount: usd(101_700) });
    expect(await get('purchases', 'order-order-1')).toMatchObject({ customerId: 'mingde', amount: usd(101_700), quantity: 40 });
  });

  it('an instalment that is not paid is dunned, sharper each time, held up by a promise, and left alone once it is paid', async () => {
    await send('DraftContract', { contractId: 'con-1', customerId: 'mingde', orderId: 'order-1', value: usd(101_700) });
    await send('SetPaymentPlan', { contractId: 'con-1', equal: { count: 2, firstDueOn: '2026-03-10', everyMonths: 6 } });
    await send('SignContract', { contractId: 'con-1' });
    await engine.processes.settled();
    await comes('2026-03-10T00:00:00Z');
    expect(await get('dunning_queue', 'con-1/1')).toMatchObject({ open: usd(50_850), level: 0, nextNoticeAt: '2026-03-17T00:00:00.000Z' });
    await comes('2026-03-17T00:00:00Z');
    await comes('2026-03-31T00:00:00Z');
    expect(await get('dunning_queue', 'con-1/1')).toMatchObject({ level: 2, daysOverdue: 21 });
    await send('RecordPromiseToPay', { contractId: 'con-1', number: 1, promisedOn: '2026-04-25' });
    await engine.processes.settled();
    await comes('2026-04-25T12:00:00Z');
    expect(await get('dunning_queue', 'con-1/1')).toMatchObject({ level: 2, promisedOn: '2026-04-25' });
    await comes('2026-04-26T00:00:00Z');
    expect(await get('dunning_queue', 'con-1/1')).toMatchObject({ level: 3, brokenPromises: 1 });
    await send('ReceivePayment', { contractId: 'con-1', paymentId: 'bank-1', amount: usd(50_850) });
    await engine.processes.settled();
    expect(await get('dunning_queue', 'con-1/1')).toBeUndefined();
    expect(await get('contract_receivables', 'con-1')).toMatchObject({ received: usd(50_850), overdue: usd(0), planned: usd(50_850) });
  });

  it('what was written to the customer waits in the outbox, each letter once', async () => {
    const { items } = (await engine.views.find('outbox', {}, { after: await engine.events.head() })).value;
    expect(items.map(({ subject }) => subject).sort()).toEqual([
      'Reminder 2: instalment 1 of contract con-1', 'Reminder 3: instalment 1 of contract con-1', 'Reminder: instalment 1 of contract con-1', 'Thank you for your order',
    ]);
  });

  it('all of it is in the history of the customer', async () => {
    const { items } = (await engine.views.find('customer_timeline', { filter: { customerId: 'mingde' }, limit: 100 }, { after: await engine.events.head() })).value;
    expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining([
      'LeadConverted', 'OpportunityOpened', 'OpportunityWon', 'DiscountGranted', 'QuoteAccepted', 'OrderFulfilled', 'ThankYouLetterSent', 'InstalmentFellDue', 'DunningNoticeSent', 'PromiseToPayBroken', 'PaymentReceived',
    ]));
  });

  it('publishes every event that names a customer, so that histories have it', async () => {
    const published = new Set<unknown>(Object.values(await import('#sales')));
    const kept = contexts.find(({ name }) => name === 'sales')!.aggregates.flatMap((aggregate) => aggregate.eventTypes()).filter((type) => !published.has(type.class));
    expect(kept.map(({ name }) => name).sort()).toEqual(WITHOUT_CUSTOMER);
  });

  it('a quote that nobody answers expires', async () => {
    await send('IssueQuote', { quoteId: 'quote-2', customerId: 'mingde', pricelistId: 'retail', validUntil: '2026-05-01T00:00:00Z', lines: [{ offeringId: 'gaiwan', quantity: 1, taxPercent: 13 }] });
    await engine.processes.settled();
    await comes('2026-05-01T00:00:00Z');
    expect(await get('quotes', 'quote-2')).toMatchObject({ status: 'expired' });
    expect(await refused('AcceptQuote', { quoteId: 'quote-2' })).toBe('quote-expired');
  });

  it('says of each view who may ask it, and that nothing waits for attention', async () => {
    const rules = contexts.find(({ name }) => name === 'sales')!.views.map(({ name, options: { allow, personal, record } }) => [name, allow !== undefined && personal !== undefined && record !== undefined]);
    expect(rules.filter(([, ruled]) => !ruled)).toEqual([]);
    expect((await engine.processes.status()).filter(({ attention }) => attention > 0)).toEqual([]);
  });
});
