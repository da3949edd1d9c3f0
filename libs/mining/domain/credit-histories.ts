import { view } from '#event-sourcing';
import { DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReversed, PromiseToPayBroken } from '#sales';

/** An instalment of a contract that has fallen due, or of which something was paid. */
export interface Instalment {
  /** Date. */
  dueOn: string;
  /** Date of the payment that settled it. */
  paidOn?: string;
  notices: number;
  brokenPromises: number;
}

export interface CreditHistory {
  customerId: string;
  /** By contract and number. */
  instalments: Readonly<Record<string, Instalment>>;
}

type Change = (known: Instalment) => Instalment;

const keyOf = (contractId: string, number: number) => `${contractId}/${number}`;

function changed(row: CreditHistory | undefined, customerId: string, key: string, dueOn: string, change: Change): CreditHistory {
  const known = row?.instalments[key] ?? { dueOn, notices: 0, brokenPromises: 0 };
  return { customerId, instalments: { ...row?.instalments, [key]: change({ ...known, dueOn }) } };
}

const settled = (open: number, at: string): Change => ({ paidOn: _, ...known }) => (open === 0 ? { ...known, paidOn: at.slice(0, 10) } : known);

const histories = view<CreditHistory>('credit_histories', { version: 1, allow: ['analyst', 'manager'], personal: [], record: '_id' })
  .key(({ data }) => data.customerId)
  .on(InstalmentFellDue, (row, { data: { customerId, contractId, number, dueOn } }) => changed(row, customerId, keyOf(contractId, number), dueOn, (known) => known))
  .on(PaymentAllocated, (row, { data: { customerId, contractId, number, dueOn, open }, occurredAt }) => changed(row, customerId, keyOf(contractId, number), dueOn, settled(open.amount, occurredAt)))
  .on(PaymentReversed, (row, { data: { customerId, contractId, reopened }, occurredAt }) =>
    reopened.reduce<CreditHistory | undefined>((known, { number, dueOn, open }) => changed(known, customerId, keyOf(contractId, number), dueOn, settled(open.amount, occurredAt)), row))
  .on(DunningNoticeSent, (row, { data: { customerId, contractId, number, dueOn } }) => changed(row, customerId, keyOf(contractId, number), dueOn, (known) => ({ ...known, notices: known.notices + 1 })))
  .on(PromiseToPayBroken, (row, { data: { customerId, contractId, number } }) => {
    const key = keyOf(contractId, number);
    const known = row?.instalments[key];
    return known ? changed(row, customerId, key, known.dueOn, () => ({ ...known, brokenPromises: known.brokenPromises + 1 })) : row;
  });

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const creditHistories = () => histories;
