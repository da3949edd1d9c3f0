import { CURRENCY } from './company.js';
import { CHINESE, ENGLISH } from './phrases.js';
import { type SimulatedCustomer } from './simulated-customer.js';
import { dayOf, later, type Step } from './step.js';

const STAGES = ['arrange-visit', 'build-trust', 'identify-needs', 'study-solution', 'present-plan'];
const TAX_PERCENT = 13;
const LOST = ['price', 'competitor', 'no-budget', 'no-decision', 'timing'];

/** An opportunity from its beginning to its end: won and paid, lost, or still open. */
export function dealSteps(customer: SimulatedCustomer, number: number, from: Date, until: Date): Step[] {
  const { customerId, representativeId, company, random, isChinese } = customer;
  const opportunityId = `${customerId}-o${number}`;
  const wanted = random.helpers.arrayElements(company.offerings, random.number.int({ min: 1, max: 3 })).map(({ offeringId, price }) => ({ offeringId, price, quantity: random.number.int({ min: 1, max: 30 }) }));
  const net = wanted.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const { titles } = isChinese ? CHINESE : ENGLISH;
  const steps: Step[] = [{
    command: 'OpenOpportunity', at: from,
    fields: { opportunityId, customerId, representativeId, offeringId: wanted[0]!.offeringId, source: 'customer-request', value: { amount: net, currency: CURRENCY }, title: random.helpers.arrayElement(titles) },
  }];
  let at = from;
  for (const to of STAGES) {
    at = later(at, random.number.float({ min: 1, max: 9 }));
    if (random.number.int(3) > 0) steps.push({ command: 'AdvanceOpportunity', fields: { opportunityId, to }, at });
  }
  const fate = random.number.int(9);
  if (fate < 5) return [...steps, ...soldSteps(customer, opportunityId, wanted, later(at, 1), until)];
  if (fate < 9) steps.push({ command: 'LoseOpportunity', fields: { opportunityId, reason: random.helpers.arrayElement(LOST) }, at: later(at, random.number.float({ min: 1, max: 20 })) });
  return steps;
}

interface Wanted {
  offeringId: string;
  price: number;
  quantity: number;
}

/** Quoted, ordered, shipped, thanked for, invoiced and paid, or not. */
function soldSteps({ customerId, company: { pricelistId }, random }: SimulatedCustomer, opportunityId: string, wanted: readonly Wanted[], at: Date, until: Date): Step[] {
  const id = opportunityId;
  const { net, gross } = totalsOf(wanted);
  const shipped = later(at, 9);
  const money = (amount: number) => ({ amount, currency: CURRENCY });
  const lines = wanted.map(({ offeringId, quantity }) => ({ offeringId, quantity, taxPercent: TAX_PERCENT }));
  return [
    { command: 'IssueQuote', fields: { quoteId: id, customerId, opportunityId, pricelistId, lines, validUntil: later(at, 30).toISOString() }, at },
    { command: 'AcceptQuote', fields: { quoteId: id }, at: later(at, 3) },
    { command: 'PlaceOrder', fields: { orderId: id, customerId, quoteId: id }, at: later(at, 3.1) },
    { command: 'WinOpportunity', fields: { opportunityId, value: money(net), orderId: id }, at: later(at, 3.2) },
    { command: 'ConfirmOrder', fields: { orderId: id, promisedOn: dayOf(shipped) }, at: later(at, 4) },
    ...wanted.map(({ quantity }, index) => ({ command: 'ShipOrderLine', fields: { orderId: id, line: index + 1, quantity }, at: shipped })),
    { command: 'RecordPurchase', fields: { purchaseId: `order-${id}`, customerId, amount: money(gross), items: wanted.map(({ offeringId: product, quantity }) => ({ product, quantity })), channel: 'order' }, at: shipped },
    { command: 'SendThankYouLetter', fields: { letterId: `thanks-${id}`, customerId, orderId: id, amount: money(gross) }, at: later(shipped, 1) },
    { command: 'DraftContract', fields: { contractId: id, customerId, orderId: id, opportunityId, value: money(gross) }, at: later(at, 3.3) },
    ...paidSteps(id, gross, later(at, 3.4), random.number.int({ min: 1, max: 4 }), random.number.int(9), until),
  ];
}

function totalsOf(wanted: readonly Wanted[]): { net: number; gross: number } {
  const net = wanted.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { net, gross: net + Math.round((net * TAX_PERCENT) / 100) };
}

/** @param habit below 6 it is paid in time, below 9 late, otherwise not at all. */
function paidSteps(contractId: string, gross: number, signed: Date, count: number, habit: number, until: Date): Step[] {
  const base = Math.floor(gross / count);
  const amounts = Array.from({ length: count }, (_, index) => base + (index < gross - base * count ? 1 : 0));
  const due = amounts.map((_, index) => new Date(`${dayOf(later(signed, 30 * (index + 1)))}T00:00:00.000Z`));
  const money = (amount: number) => ({ amount, currency: CURRENCY });
  const plan = amounts.map((amount, index) => ({ number: index + 1, dueOn: dayOf(due[index]!), amount: money(amount) }));
  const each = amounts.flatMap((amount, index): Step[] => {
    const of = { contractId, number: index + 1 };
    const paid: Step = { command: 'ReceivePayment', fields: { ...of, paymentId: `${contractId}-p${index + 1}`, amount: money(amount) }, at: later(due[index]!, habit < 6 ? -2.5 : 11.5) };
    const marked: Step = { command: 'MarkInstalmentDue', fields: of, at: due[index]! };
    if (habit < 6) return [paid, marked];
    const noticed = [7, 21, 42].map((days, level): Step => ({ command: 'SendDunningNotice', fields: { ...of, level: level + 1 }, at: later(due[index]!, days) }));
    return habit < 9 ? [marked, noticed[0]!, paid] : [marked, ...noticed];
  });
  return [
    { command: 'SetPaymentPlan', fields: { contractId, instalments: plan }, at: signed },
    { command: 'SignContract', fields: { contractId }, at: signed },
    ...each.filter(({ at }) => at < until),
  ];
}
