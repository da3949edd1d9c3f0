import { view } from '#event-sourcing';
import { DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReversed, PromiseToPayBroken } from './events.js';

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

const DAY_MS = 86_400_000;

/** Days from the day on which an instalment was due to the one on which it was paid, or to today. */
export function daysBeyondTerms({ dueOn, paidOn }: Instalment, today: string): number {
  const end = paidOn !== undefined && paidOn <= today ? paidOn : today;
  return Math.max(0, Math.round((Date.parse(end) - Date.parse(dueOn)) / DAY_MS));
}

/** Due before today, and not paid by then. */
export const isOpen = ({ dueOn, paidOn }: Instalment, today: string): boolean => dueOn < today && (paidOn === undefined || paidOn > today);

/**
 * Whether an instalment that fell due between two days, or that was open at the first, was paid later than the days of grace.
 * Undefined where nothing was to be paid.
 */
export function paidTooLate({ instalments }: CreditHistory, since: string, until: string, graceDays: number): boolean | undefined {
  const asked = Object.values(instalments).filter((each) => (each.dueOn >= since && each.dueOn < until) || isOpen(each, since));
  return asked.length === 0 ? undefined : asked.some((each) => daysBeyondTerms(each, until) > graceDays);
}

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const creditHistories = () => histories;
