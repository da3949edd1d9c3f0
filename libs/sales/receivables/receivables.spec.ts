import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { event, type NewEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { amendContract, draftContract, setPaymentPlan, signContract, terminateContract } from './commands/contracts.js';
import { publishDunningPolicy } from './commands/dunning-policy.js';
import { markInstalmentDue, receivePayment, recordPromiseToPay, reversePayment, sendDunningNotice } from './commands/payments.js';
import { Contract } from './domain/contract.js';
import { DEFAULT_LEVELS, DunningPolicy } from './domain/dunning-policy.js';
import {
  ContractDrafted, ContractSigned, DunningEscalated, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentPlanSet, PaymentReceived, type PaymentReversed, PromiseToPayRecorded,
} from './domain/events.js';
import { contractReceivables } from './views/contract-receivables.view.js';
import { dunningQueue } from './views/dunning-queue.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const of = { contractId: 'k1', customerId: 'c1' };
const contractId = 'k1';
const plan = [{ number: 1, dueOn: '2026-01-05', amount: eur(400) }, { number: 2, dueOn: '2026-02-05', amount: eur(300) }, { number: 3, dueOn: '2026-03-05', amount: eur(300) }];
const drafted = event(ContractDrafted, { ...of, value: eur(1000) });
const planSet = event(PaymentPlanSet, { ...of, former: [], instalments: plan });
const signed = event(ContractSigned, { ...of, value: eur(1000) });
const standing = [drafted, planSet, signed];
const levels = [...DEFAULT_LEVELS];
const fellDue = event(InstalmentFellDue, { ...of, number: 1, dueOn: '2026-01-05', amount: eur(400), open: eur(400), dunning: { policyVersion: 1, levels } });
const received = (paymentId: string, amount: number) => event(PaymentReceived, { ...of, paymentId, amount: eur(amount) });
const allocated = (paymentId: string, number: number, amount: number, open: number) => event(PaymentAllocated, { ...of, paymentId, number, amount: eur(amount), open: eur(open), dueOn: plan[number - 1]!.dueOn });

describe('a contract', () => {
  it('is signed with a plan, or with the day on which all of it is due', () => {
    given(Contract, []).when(draftContract, { ...of, value: eur(1000) }, {}, { deactivated: false, blacklisted: false }).then([drafted]);
    given(Contract, [drafted]).when(signContract, { contractId }).thenRejected('payment-plan-missing');
    given(Contract, [drafted, planSet]).when(signContract, { contractId }).then([signed]);
    given(Contract, [drafted]).when(signContract, { contractId, dueOn: '2026-02-01' })
      .then([event(PaymentPlanSet, { ...of, former: [], instalments: [{ number: 1, dueOn: '2026-02-01', amount: eur(1000) }] }), signed]);
  });

  it('is paid in equal instalments to the last cent, also at the end of short months', () => {
    const { instalments } = given(Contract, [drafted]).when(setPaymentPlan, { contractId, equal: { count: 3, firstDueOn: '2026-01-31', everyMonths: 1 } }).events[0]!.data as PaymentPlanSet;
    expect(instalments).toEqual([{ number: 1, dueOn: '2026-01-31', amount: eur(334) }, { number: 2, dueOn: '2026-02-28', amount: eur(333) }, { number: 3, dueOn: '2026-03-31', amount: eur(333) }]);
  });

  it.each([
    ['do not come to its value', [{ ...plan[0]!, amount: eur(999) }], 'plan-differs-from-value'],
    ['have a number twice', [{ ...plan[0]!, amount: eur(500) }, { ...plan[0]!, amount: eur(500) }], 'instalment-twice'],
    ['are in another currency', [{ ...plan[0]!, amount: { amount: 1000, currency: 'USD' } }], 'two-currencies'],
  ])('takes no instalments that %s', (_, instalments, code) => {
    given(Contract, [drafted]).when(setPaymentPlan, { contractId, instalments }).thenRejected(code);
  });

  it('keeps in a new plan what was paid by the old one', () => {
    const history = [...standing, received('p', 400), allocated('p', 1, 400, 0)];
    given(Contract, history).when(setPaymentPlan, { contractId, instalments: [{ ...plan[0]!, amount: eur(300) }, { ...plan[1]!, amount: eur(700) }] }).thenRejected('instalment-already-paid');
    expect(given(Contract, history).when(setPaymentPlan, { contractId, instalments: [plan[0]!, { ...plan[1]!, amount: eur(600) }] }).events).toHaveLength(1);
  });

  it('is amended together with the instalment that takes the change', () => {
    const { events } = given(Contract, standing).when(amendContract, { contractId, value: eur(1200), number: 3, reason: 'One house more' });
    expect(events.map(({ data }) => data)).toMatchObject([{ former: eur(1000), value: eur(1200) }, { instalments: [plan[0]!, plan[1]!, { ...plan[2]!, amount: eur(500) }] }]);
    given(Contract, standing).when(amendContract, { contractId, value: eur(600), number: 3, reason: 'x' }).thenRejected('instalment-below-zero');
    given(Contract, standing).when(amendContract, { contractId, value: eur(1200), reason: 'x' }).thenRejected('instalment-not-found');
    expect(given(Contract, [drafted]).when(amendContract, { contractId, value: eur(1200), reason: 'x' }).events).toHaveLength(1);
  });

  it('that is terminated releases what has not fallen due', () => {
    expect(given(Contract, [...standing, fellDue]).when(terminateContract, { contractId, reason: 'Closed' }).events[0]?.data).toMatchObject({ released: [plan[1]!, plan[2]!] });
  });
});

describe('a payment', () => {
  it('settles the instalments that are due first, and the one that is named before all', () => {
    given(Contract, standing).when(receivePayment, { contractId, paymentId: 'p', amount: eur(550) }).then([received('p', 550), allocated('p', 1, 400, 0), allocated('p', 2, 150, 150)]);
    given(Contract, standing).when(receivePayment, { contractId, paymentId: 'p', amount: eur(350), number: 3 }).then([received('p', 350), allocated('p', 3, 300, 0), allocated('p', 1, 50, 350)]);
  });

  it('is taken once, for a contract that stands, in its currency', () => {
    given(Contract, [...standing, received('p', 1)]).when(receivePayment, { contractId, paymentId: 'p', amount: eur(1) }).thenRejected('payment-already-received');
    given(Contract, [drafted]).when(receivePayment, { contractId, paymentId: 'p', amount: eur(1) }).thenRejected('contract-drafted');
    given(Contract, standing).when(receivePayment, { contractId, paymentId: 'p', amount: { amount: 1, currency: 'USD' } }).thenRejected('payment-in-another-currency');
  });

  it('that is reversed opens again what it settled, and names what is due of that', () => {
    const outcome = given(Contract, [...standing, fellDue, received('p', 550), allocated('p', 1, 400, 0), allocated('p', 2, 150, 150)]).when(reversePayment, { contractId, paymentId: 'p', reason: 'Sent back' });
    expect(outcome.events[0]?.data).toMatchObject({ amount: eur(550), allocations: [{ number: 1, amount: eur(400) }, { number: 2, amount: eur(150) }], reopened: [{ number: 1, open: eur(400), level: 0, levels }] });
    given(Contract, standing).when(reversePayment, { contractId, paymentId: 'p', reason: 'x' }).thenRejected('payment-not-found');
  });

  it('never makes or loses a cent, whatever is paid and reversed in whatever order', () => {
    const step = fc.oneof(fc.record({ pay: fc.integer({ min: 0, max: 700 }) }), fc.record({ reverse: fc.nat({ max: 5 }) }));
    fc.assert(fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const history: NewEvent[] = [...standing];
      steps.forEach((each, index) => {
        const contract = given(Contract, history);
        const outcome = 'pay' in each
          ? contract.when(receivePayment, { contractId, paymentId: `p${index}`, amount: eur(each.pay) })
          : contract.when(reversePayment, { contractId, paymentId: `p${each.reverse}`, reason: 'x' });
        history.push(...outcome.events);
      });
      const { received: all, credit, instalments } = given(contractReceivables, history).rows().get(contractId)!;
      const paid = instalments.reduce((sum, each) => sum + each.paid.amount, 0);
      expect(all.amount).toBe(paid + credit.amount);
      for (const { amount, paid: part, open } of instalments) {
        expect(part.amount + open.amount).toBe(amount.amount);
        expect(open.amount).toBeGreaterThanOrEqual(0);
      }
      expect(given(Contract, history).state()!.instalments.map((each) => each.paid)).toEqual(instalments.map((each) => each.paid));
    }), { numRuns: 40 });
  });
});

describe('what is overdue', () => {
  it('falls due on its day and not before, with the policy of the day', () => {
    given(Contract, standing).when(markInstalmentDue, { contractId, number: 1 }, {}, { version: 1, levels }).then([fellDue]);
    given(Contract, [...standing, fellDue]).when(markInstalmentDue, { contractId, number: 1 }, {}, null).then([]);
    given(Contract, standing).when(markInstalmentDue, { contractId, number: 2 }, {}, null).thenRejected('instalment-not-due');
  });

  it('is dunned once at each level, sharper each time, and not when it is paid or promised', () => {
    const notice = (level: number, tone: string) => event(DunningNoticeSent, { ...of, number: 1, level, tone, open: eur(400), dueOn: '2026-01-05' });
    const due = [...standing, fellDue];
    given(Contract, due).when(sendDunningNotice, { contractId, number: 1, level: 1 }).then([notice(1, 'friendly')]);
    given(Contract, [...due, notice(1, 'friendly')]).when(sendDunningNotice, { contractId, number: 1, level: 1 }).then([]);
    given(Contract, [...due, notice(1, 'friendly')]).when(sendDunningNotice, { contractId, number: 1, level: 2 }).then([event(DunningEscalated, { ...of, number: 1, fromLevel: 1, toLevel: 2 }), notice(2, 'firm')]);
    given(Contract, [...due, received('p', 400), allocated('p', 1, 400, 0)]).when(sendDunningNotice, { contractId, number: 1, level: 1 }).then([]);
    const promised = event(PromiseToPayRecorded, { ...of, number: 1, amount: eur(400), promisedOn: '2026-01-20' });
    given(Contract, due).when(recordPromiseToPay, { contractId, number: 1, promisedOn: '2026-01-20' }).then([promised]);
    given(Contract, [...due, promised]).when(sendDunningNotice, { contractId, number: 1, level: 1 }).then([]);
    given(Contract, standing).when(recordPromiseToPay, { contractId, number: 2, promisedOn: '2026-01-20' }).thenRejected('instalment-not-due');
  });

  it('shows in the receivables by its age, against the plan', () => {
    const row = given(contractReceivables, [...standing, received('p', 450), allocated('p', 1, 400, 0), allocated('p', 2, 50, 250)]).rows().get(contractId)!;
    const at = (now: string) => contractReceivables.computation!.compute(row, now, undefined);
    expect(at('2026-02-05T23:00:00.000Z')).toMatchObject({ planned: eur(700), overdue: eur(0), ageing: { 'not-due': { EUR: 550 } } });
    expect(at('2026-03-10T00:00:00.000Z')).toMatchObject({ planned: eur(1000), overdue: eur(550), ageing: { '31-60': { EUR: 250 }, '1-30': { EUR: 300 }, 'not-due': {} } });
  });

  it('is in the queue until it is paid, and again when the payment is reversed', () => {
    const queue = (...more: NewEvent[]) => given(dunningQueue, [recorded(fellDue, { position: 1 }), ...more.map((each, index) => recorded(each, { position: index + 2 }))]).rows().get('k1/1');
    const asked = (row: object | undefined, now: string) => dunningQueue.computation!.compute(row as never, now, undefined);
    expect(asked(queue(), '2026-01-15T00:00:00.000Z')).toMatchObject({ daysOverdue: 10, age: '1-30', nextNoticeAt: '2026-01-12T00:00:00.000Z' });
    expect(queue(received('p', 400), allocated('p', 1, 400, 0))).toBeUndefined();
    const reversed = given(Contract, [...standing, fellDue, received('p', 400), allocated('p', 1, 400, 0)]).when(reversePayment, { contractId, paymentId: 'p', reason: 'x' }).events[0] as NewEvent<PaymentReversed>;
    expect(queue(received('p', 400), allocated('p', 1, 400, 0), reversed)).toMatchObject({ open: eur(400), level: 0 });
  });
});

describe('the policy of dunning', () => {
  it('has levels in their order, and a version with each change', () => {
    const policy = { dunningpolicyId: 'default', levels };
    expect(given(DunningPolicy, []).when(publishDunningPolicy, policy).events[0]?.data).toMatchObject({ version: 1, levels });
    given(DunningPolicy, []).when(publishDunningPolicy, { ...policy, levels: [levels[1]!, levels[0]!] }).thenRejected('levels-out-of-order');
  });
});
