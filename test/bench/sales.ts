import { plainToInstance } from 'class-transformer';
import { contexts, publishDefaultPolicies } from '#composition';
import { openApplication, type Application } from './application.js';
import { benchmark, inFlight, latenciesOf, seconds, spreadOf } from './harness.js';

const AT_ONCE = 64;
const usd = (amount: number) => ({ amount, currency: 'USD' });

/** What one customer goes through, one command after the other. */
const deal = (id: string): [name: string, fields: object][] => [
  ['RegisterCustomer', { customerId: id, kind: 'organisation', name: `Customer ${id}` }],
  ['CaptureLead', { leadId: id, source: 'web', name: `Lead ${id}` }],
  ['AssignLeadByRules', { leadId: id }],
  ['QualifyLead', { leadId: id, score: 70 }],
  ['ConvertLead', { leadId: id, customerId: id }],
  ['OpenOpportunity', { opportunityId: id, customerId: id, representativeId: 'rep-1', offeringId: 'tea', leadId: id, source: 'lead' }],
  ['AdvanceOpportunity', { opportunityId: id, to: 'identify-needs' }],
  ['AdvanceOpportunity', { opportunityId: id, to: 'present-plan' }],
  ['IssueQuote', { quoteId: id, customerId: id, opportunityId: id, pricelistId: 'list', validUntil: '2099-01-01T00:00:00Z', lines: [{ offeringId: 'tea', quantity: 3, taxPercent: 13, discountPercent: 2.5 }] }],
  ['AcceptQuote', { quoteId: id }],
  ['PlaceOrder', { orderId: id, customerId: id, quoteId: id }],
  ['WinOpportunity', { opportunityId: id, value: usd(7_313), orderId: id }],
  ['ConfirmOrder', { orderId: id }],
  ['ShipOrderLine', { orderId: id, line: 1, quantity: 3 }],
  ['DraftContract', { contractId: id, customerId: id, orderId: id, value: usd(8_264) }],
  ['SetPaymentPlan', { contractId: id, equal: { count: 2, firstDueOn: '2099-01-01', everyMonths: 1 } }],
  ['SignContract', { contractId: id }],
  ['ReceivePayment', { contractId: id, paymentId: `${id}-1`, amount: usd(4_132) }],
  ['ReceivePayment', { contractId: id, paymentId: `${id}-2`, amount: usd(4_132) }],
];

export const sales = benchmark({
  name: 'sales',
  summary: 'Commands through the whole way from lead to cash, one customer after the other in 64 lanes, over the CommandBus on SQLite.',
  options: { deals: 300, rounds: 5 },

  async run({ options, folder, say }) {
    const application = await openApplication(folder(), { contexts });
    const send = sender(application);
    await publishDefaultPolicies(application.engine);
    await prepare(send);
    const latencies: number[] = [];
    const rates: number[] = [];
    const steps = deal('x').length;
    for (let round = 0; round < options.rounds; round++) {
      const took = await seconds(() => inFlight(options.deals, AT_ONCE, async (index) => {
        for (const [name, fields] of deal(`d${round}-${index}`)) {
          const started = performance.now();
          await send(name, fields);
          latencies.push(performance.now() - started);
        }
      }));
      rates.push((options.deals * steps) / took);
      say(`round ${round + 1} of ${options.rounds}: ${Math.round(rates.at(-1)!)} commands/s`);
    }
    await application.close();
    return {
      metrics: {
        commandsPerSecond: spreadOf(rates), latencyMs: latenciesOf(latencies), inFlight: AT_ONCE, deals: options.deals, commandsOfADeal: steps,
        durability: 'WAL, synchronous=FULL, flushed before an answer; personal fields sealed',
      },
      targets: [],
    };
  },
});

type Send = (name: string, fields: object) => Promise<unknown>;

function sender({ engine, execute }: Application): Send {
  const classes = new Map<string, new () => object>();
  return (name, fields) => {
    let command = classes.get(name);
    if (!command) classes.set(name, (command = engine.commands.byName(name)!.command as new () => object));
    return execute(plainToInstance(command, fields));
  };
}

async function prepare(send: Send): Promise<void> {
  await send('RegisterRepresentative', { representativeId: 'rep-1', name: 'Representative', region: 'East' });
  await send('DefineOffering', { offeringId: 'tea', name: 'Tea', kind: 'product' });
  await send('PublishPriceList', { pricelistId: 'list', name: 'List', currency: 'USD', freeDiscountPercent: 5 });
  await send('ChangePrice', { pricelistId: 'list', offeringId: 'tea', price: usd(2_500) });
  await send('PublishAssignmentRules', { assignmentrulesId: 'default', rules: [{ ruleId: 'all', conditions: {}, representativeIds: ['rep-1'] }] });
}
