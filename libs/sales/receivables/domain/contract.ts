import { aggregate, invalid, notFound, onKnown, stateMachine } from '#event-sourcing';
import { difference, sumOf, zero, type Money } from '#money';
import { type DunningLevel } from './dunning-policy.js';
import {
  ContractAmended, ContractDrafted, ContractSigned, ContractTerminated, DunningEscalated, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentPlanSet,
  PaymentReceived, PaymentReversed, PromiseToPayBroken, PromiseToPayRecorded, type Allocation, type PlannedInstalment, type ReopenedInstalment,
} from './events.js';

export interface Instalment extends PlannedInstalment {
  paid: Money;
  fellDue: boolean;
  /** The policy of the day on which it fell due. */
  levels: DunningLevel[];
  /** The level of the last notice; 0: none was sent. */
  level: number;
  promisedOn?: string;
}

export interface Payment {
  paymentId: string;
  amount: Money;
  reversed: boolean;
  allocations: Allocation[];
}

export type ContractStatus = 'drafted' | 'signed' | 'terminated';

export interface KnownContract {
  status: ContractStatus;
  customerId: string;
  opportunityId?: string;
  value: Money;
  instalments: Instalment[];
  payments: Payment[];
}

/** Null: none was drafted under this id. */
export type ContractState = KnownContract | null;

const on = onKnown<KnownContract>();

const inInstalment = (instalments: readonly Instalment[], number: number, change: (instalment: Instalment) => Partial<Instalment>): Instalment[] =>
  instalments.map((each) => (each.number === number ? { ...each, ...change(each) } : each));

/** An instalment of a plan: what was paid of the one of its number before stays paid. */
const planned = (plan: PlannedInstalment, before: Instalment | undefined): Instalment =>
  ({ paid: zero(plan.amount.currency), fellDue: false, levels: [], level: 0, ...before, ...plan });

export const Contract = aggregate<'contract', ContractState>('contract', null)
  .on(ContractDrafted, (_, { customerId, opportunityId, value }) => ({
    status: 'drafted', customerId, value, instalments: [], payments: [], ...(opportunityId !== undefined && { opportunityId }),
  }))
  .on(ContractSigned, on(() => ({ status: 'signed' })))
  .on(ContractAmended, on((_, { value }) => ({ value })))
  .on(ContractTerminated, on(({ instalments }, { released }) => ({
    status: 'terminated', instalments: instalments.filter(({ number }) => !released.some((each) => each.number === number)),
  })))
  .on(PaymentPlanSet, on((contract, { instalments }) => ({ instalments: instalments.map((plan) => planned(plan, contract.instalments.find(({ number }) => number === plan.number))) })))
  .on(InstalmentFellDue, on(({ instalments }, { number, dunning }) => ({ instalments: inInstalment(instalments, number, () => ({ fellDue: true, levels: dunning.levels })) })))
  .on(PaymentReceived, on(({ payments }, { paymentId, amount }) => ({ payments: [...payments, { paymentId, amount, reversed: false, allocations: [] }] })))
  .on(PaymentAllocated, on(({ instalments, payments }, { paymentId, number, amount }) => ({
    instalments: inInstalment(instalments, number, ({ paid }) => ({ paid: sumOf(paid.currency, [paid, amount]) })),
    payments: payments.map((payment) => (payment.paymentId === paymentId ? { ...payment, allocations: [...payment.allocations, { number, amount }] } : payment)),
  })))
  .on(PaymentReversed, on(({ instalments, payments }, { paymentId, allocations }) => ({
    instalments: allocations.reduce((all, { number, amount }) => inInstalment(all, number, ({ paid }) => ({ paid: difference(paid, amount) })), instalments),
    payments: payments.map((payment) => (payment.paymentId === paymentId ? { ...payment, reversed: true, allocations: [] } : payment)),
  })))
  .on(PromiseToPayRecorded, on(({ instalments }, { number, promisedOn }) => ({ instalments: inInstalment(instalments, number, () => ({ promisedOn })) })))
  .on(PromiseToPayBroken, on(({ instalments }, { number }) => ({ instalments: instalments.map((each) => (each.number === number ? withoutPromise(each) : each)) })))
  .on(DunningNoticeSent, on(({ instalments }, { number, level }) => ({ instalments: inInstalment(instalments, number, () => ({ level })) })))
  .on(DunningEscalated, (contract) => contract);

/** What is possible with a contract in each state. */
export const contractFor = stateMachine<ContractStatus>('contract', {
  drafted: ['SignContract', 'SetPaymentPlan', 'AmendContract', 'TerminateContract'],
  signed: ['SetPaymentPlan', 'AmendContract', 'TerminateContract', 'MarkInstalmentDue', 'ReceivePayment', 'ReversePayment', 'RecordPromiseToPay', 'BreakPromiseToPay', 'SendDunningNotice'],
  terminated: ['MarkInstalmentDue', 'ReceivePayment', 'ReversePayment', 'RecordPromiseToPay', 'BreakPromiseToPay', 'SendDunningNotice'],
});

/** Still to be paid of an instalment. */
export const openOf = ({ amount, paid }: Pick<Instalment, 'amount' | 'paid'>): Money => difference(amount, paid);

/** @throws Rejection `instalment-not-found` */
export function instalmentOf({ instalments }: KnownContract, contractId: string, number: number): Instalment {
  const found = instalments.find((each) => each.number === number);
  if (!found) throw notFound('instalment-not-found', `Contract ${contractId} has no instalment ${number}; it has ${instalments.map((each) => each.number).join(', ') || 'none'}.`);
  return found;
}

/** A payment over the open instalments, those that are due first paid first; one can be named that is paid before all others. */
export function allocationsOf({ instalments }: KnownContract, amount: Money, first?: number): Allocation[] {
  const inOrder = [...instalments].sort((one, other) => Number(other.number === first) - Number(one.number === first) || (one.dueOn < other.dueOn ? -1 : 1));
  const allocations: Allocation[] = [];
  let left = amount;
  for (const instalment of inOrder) {
    const open = openOf(instalment);
    const part = { ...open, amount: Math.min(open.amount, left.amount) };
    if (part.amount > 0) allocations.push({ number: instalment.number, amount: part });
    left = difference(left, { ...part, amount: Math.max(part.amount, 0) });
  }
  return allocations;
}

/** Instalments that are due, and open again without these parts of a payment. */
export function reopenedBy({ instalments }: KnownContract, allocations: readonly Allocation[]): ReopenedInstalment[] {
  return allocations.flatMap((part) => {
    const instalment = instalments.find(({ number, fellDue }) => number === part.number && fellDue);
    if (!instalment) return [];
    const { number, dueOn, amount, level, levels } = instalment;
    return [{ number, dueOn, amount, open: sumOf(amount.currency, [openOf(instalment), part.amount]), level, levels }];
  });
}

/** @throws Rejection the instalments cannot be the plan of the contract. */
export function checkPlan({ value, instalments: before }: KnownContract, plan: readonly PlannedInstalment[]): void {
  const total = sumOf(value.currency, plan.map(({ amount }) => amount));
  if (total.amount !== value.amount) throw invalid('plan-differs-from-value', `The instalments come to ${total.amount} and the contract to ${value.amount} (minor units of ${value.currency}); make them agree.`);
  for (const { number, paid } of before) {
    const amount = plan.find((each) => each.number === number)?.amount.amount ?? 0;
    if (paid.amount > amount) throw invalid('instalment-already-paid', `${paid.amount} of instalment ${number} were paid already; plan at least that much for it.`);
  }
}

function withoutPromise({ promisedOn: _, ...instalment }: Instalment): Instalment {
  return instalment;
}
