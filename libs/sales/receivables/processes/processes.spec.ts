import { describe, it } from '@jest/globals';
import { SendMail } from '#delivery';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { RecordPurchase, ReturnPurchase } from '#purchases';
import { lineOf, totalsOf } from '../../domain/lines.js';
import { LeadConverted } from '../../leads/domain/lead.js';
import { SendThankYouLetter } from '../../letters/commands/thank-you.js';
import { ThankYouLetterSent } from '../../letters/domain/letter.js';
import { thanking } from '../../letters/processes/thanking.js';
import { WinOpportunity } from '../../opportunities/commands/end-opportunity.js';
import { OpenOpportunity } from '../../opportunities/commands/open-opportunity.js';
import { opportunitiesArising } from '../../opportunities/processes/opportunities-arising.js';
import { OrderFulfilled, OrderPlaced, OrderReturned } from '../../orders/domain/order.js';
import { ordersCounting } from '../../orders/processes/orders-counting.js';
import { ExpireQuote } from '../../quotes/commands/quotes.js';
import { QuoteAccepted, QuoteIssued, QuoteRevised } from '../../quotes/domain/quote.js';
import { quotesExpiring } from '../../quotes/processes/quotes-expiring.js';
import { BreakPromiseToPay, MarkInstalmentDue, SendDunningNotice } from '../commands/payments.js';
import { DEFAULT_LEVELS } from '../domain/dunning-policy.js';
import { ContractDrafted, ContractSigned, ContractTerminated, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentPlanSet, PaymentReversed, PromiseToPayRecorded } from '../domain/events.js';
import { dunning } from './dunning.js';
import { instalmentsFallingDue } from './instalments-falling-due.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const of = { contractId: 'k1', customerId: 'c1' };
const levels = [...DEFAULT_LEVELS];
const one = { number: 1, dueOn: '2026-02-01', amount: eur(400) };
const two = { number: 2, dueOn: '2026-03-01', amount: eur(600) };
const lines = [lineOf({ offeringId: 'tea', quantity: 2, unitPrice: eur(500), taxPercent: 7 })];
const totals = totalsOf(lines);

describe('instalments of a signed contract', () => {
  const drafted = event(ContractDrafted, { ...of, value: eur(1000) });
  const planned = event(PaymentPlanSet, { ...of, former: [], instalments: [one, two] });
  const signed = event(ContractSigned, { ...of, value: eur(1000) });
  const due = (number: number, day: string) => [MarkInstalmentDue, { contractId: 'k1', number, occurredAt: `${day}T00:00:00.000Z` }] as const;

  it('fall due on their days, each once', () => {
    given(instalmentsFallingDue).events(drafted).when(planned).thenNoDeadline()
      .when(signed).thenDeadline('due/1', '2026-02-01T00:00:00Z').thenDeadline('due/2', '2026-03-01T00:00:00Z')
      .at('2026-02-01T00:00:00Z').thenCommands(due(1, '2026-02-01'))
      .at('2026-12-31T00:00:00Z').thenCommands(due(2, '2026-03-01'));
  });

  it('move with the plan, and those that are gone do not fall due', () => {
    given(instalmentsFallingDue).events(drafted, planned, signed)
      .when(event(PaymentPlanSet, { ...of, former: [one, two], instalments: [{ ...one, dueOn: '2026-02-15', amount: eur(1000) }] }))
      .thenDeadline('due/1', '2026-02-15T00:00:00Z').thenNoDeadline('due/2');
    given(instalmentsFallingDue).events(drafted, planned, signed).when(event(ContractTerminated, { ...of, released: [two], reason: 'x' })).thenNoDeadline('due/2').thenDeadline('due/1', '2026-02-01T00:00:00Z');
  });
});

describe('dunning', () => {
  const fellDue = event(InstalmentFellDue, { ...of, number: 1, dueOn: '2026-01-05', amount: eur(400), open: eur(400), dunning: { policyVersion: 1, levels } });
  const paid = event(PaymentAllocated, { ...of, paymentId: 'p', number: 1, amount: eur(400), open: eur(0), dueOn: '2026-01-05' });
  const partly = event(PaymentAllocated, { ...of, paymentId: 'p', number: 1, amount: eur(100), open: eur(300), dueOn: '2026-01-05' });
  const notice = (level: number) => [SendDunningNotice, { contractId: 'k1', number: 1, level }] as const;

  it('escalates level by level, to the last', () => {
    given(dunning).when(fellDue).thenDeadline('notice/1', '2026-01-12T00:00:00Z')
      .at('2026-01-12T00:00:00Z').thenCommands(notice(1)).thenDeadline('notice/2', '2026-01-26T00:00:00Z')
      .at('2026-01-26T00:00:00Z').thenCommands(notice(2))
      .at('2026-02-16T00:00:00Z').thenCommands(notice(3)).thenNoDeadline()
      .passes('1 year').thenNothing();
  });

  it('writes to the customer what was decided, and to the firm where no address is known', () => {
    const sent = event(DunningNoticeSent, { ...of, number: 1, level: 2, tone: 'firm', open: eur(40_000), fee: eur(500), dueOn: '2026-01-05' });
    given(dunning).events(fellDue).when(sent).thenCommands([SendMail, {
      customerId: 'c1', reference: 'k1:1', subject: 'Reminder 2: instalment 1 of contract k1',
      text: 'Dear customer, we have reminded you before: EUR 400.00 of instalment 1 of contract k1 were due on 2026-01-05. We charge EUR 5.00 for this reminder. If you have paid meanwhile, please disregard this letter.',
    }]);
  });

  it('stops when it is paid, and not before', () => {
    given(dunning).events(fellDue).when(partly).thenDeadline('notice/1', '2026-01-12T00:00:00Z').when(paid).thenEnded().passes('1 year').thenNothing();
  });

  it('goes on where it was when the payment is reversed', () => {
    const reopened = [{ number: 1, dueOn: '2026-01-05', amount: eur(400), open: eur(400), level: 1, levels }];
    given(dunning).events(fellDue).at('2026-01-13T00:00:00Z').events(paid)
      .when(event(PaymentReversed, { ...of, paymentId: 'p', amount: eur(400), allocations: [{ number: 1, amount: eur(400) }], reopened, reason: 'x' }))
      .thenDeadline('notice/2', '2026-01-26T00:00:00Z');
  });

  it('waits for a promise, and goes on the day after it', () => {
    given(dunning).events(fellDue).when(event(PromiseToPayRecorded, { ...of, number: 1, amount: eur(400), promisedOn: '2026-01-20' }))
      .thenNoDeadline('notice/1').thenDeadline('promise', '2026-01-21T00:00:00Z')
      .at('2026-01-20T23:59:59Z').thenNothing()
      .at('2026-01-21T00:00:00Z').thenCommands([BreakPromiseToPay, { contractId: 'k1', number: 1 }], notice(1)).thenDeadline('notice/2', '2026-01-26T00:00:00Z');
  });
});

describe('a quote', () => {
  const offer = { lines, totals, validUntil: '2026-01-20T12:00:00.000Z' };
  const issued = event(QuoteIssued, { quoteId: 'q1', customerId: 'c1', pricelistId: 'p', offer });

  it('expires when its time is over; a revision moves that, an answer ends it', () => {
    given(quotesExpiring).when(issued).thenDeadline('expiry', offer.validUntil).at(offer.validUntil).thenCommands([ExpireQuote, { quoteId: 'q1', occurredAt: offer.validUntil }]).thenEnded();
    const revised = event(QuoteRevised, { quoteId: 'q1', customerId: 'c1', version: 2, former: offer, offer: { ...offer, validUntil: '2026-02-20T12:00:00.000Z' } });
    given(quotesExpiring).events(issued).when(revised).thenDeadline('expiry', '2026-02-20T12:00:00Z')
      .when(event(QuoteAccepted, { quoteId: 'q1', customerId: 'c1', version: 2, offer })).thenEnded().thenNoDeadline();
  });
});

describe('an order', () => {
  const placed = event(OrderPlaced, { orderId: 'o1', customerId: 'c1', opportunityId: 'opp', lines, totals });
  const fulfilled = event(OrderFulfilled, { orderId: 'o1', customerId: 'c1', opportunityId: 'opp', lines, totals, placedAt: '2026-01-01T00:00:00.000Z' });

  it('wins its opportunity, and one that is won already is left alone', () => {
    given(ordersCounting).when(placed).thenCommands([WinOpportunity, { opportunityId: 'opp', value: eur(1000), orderId: 'o1' }]).whenRejected(WinOpportunity, 'opportunity-won').thenCommands();
  });

  it('is a purchase when it is fulfilled, less what comes back', () => {
    const occurredAt = '2026-01-05T12:00:00.000Z';
    given(ordersCounting).events(placed)
      .when(fulfilled).thenCommands([RecordPurchase, { purchaseId: 'order-o1', customerId: 'c1', amount: eur(1070), occurredAt, items: [{ product: 'tea', quantity: 2, amount: eur(1000) }], channel: 'order' }])
      .when(event(OrderReturned, { orderId: 'o1', customerId: 'c1', items: [{ line: 1, quantity: 1 }], amount: eur(535), whole: false })).thenCommands([ReturnPurchase, { purchaseId: 'order-o1', occurredAt, amount: eur(535) }])
      .when(event(OrderReturned, { orderId: 'o1', customerId: 'c1', items: [{ line: 1, quantity: 1 }], amount: eur(535), whole: true })).thenCommands([ReturnPurchase, { purchaseId: 'order-o1', occurredAt }]).thenEnded();
  });

  it('is thanked for when it is fulfilled', () => {
    given(thanking).when(fulfilled).thenCommands([SendThankYouLetter, { letterId: 'thanks-o1', customerId: 'c1', orderId: 'o1', amount: eur(1070) }])
      .when(event(ThankYouLetterSent, { letterId: 'thanks-o1', customerId: 'c1', orderId: 'o1', amount: eur(1070), email: 'li@example.com' })).thenCommands([SendMail, {
        customerId: 'c1', reference: 'o1', to: ['li@example.com'], subject: 'Thank you for your order',
        text: 'All that you ordered with order o1, for EUR 10.70, is on its way. Thank you for your trust.',
      }]).thenEnded();
  });
});

describe('a converted lead', () => {
  const converted = (fields: Partial<LeadConverted>) => event(LeadConverted, { leadId: 'l1', source: 'fair', customerId: 'c1', capturedAt: '2026-01-01T00:00:00.000Z', ...fields });

  it('becomes the opportunity that it names, and none where it names none', () => {
    given(opportunitiesArising).when(converted({})).thenNothing();
    given(opportunitiesArising).when(converted({ opportunityId: 'o1', representativeId: 'mei' })).thenCommands([OpenOpportunity, { opportunityId: 'o1', customerId: 'c1', leadId: 'l1', source: 'lead', representativeId: 'mei' }]);
  });
});
