import { aggregate, DomainEvent, onKnown, Plain, stateMachine } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What was spent, and on whom. */
export interface ExpenseItem {
  /** Date. */
  day: string;
  /** `travel`, `meal`, `gift` … */
  kind: string;
  amount: Money;
  /** Whom it was spent on. */
  customerId?: string;
  /** The contact person who was met; their card has to be there. */
  contactId?: string;
}

/** A card that has to be there before an item is paid. */
export interface MissingCard {
  /** Item, counted from 1. */
  item: number;
  customerId: string;
  /** Whose card it is; absent where the item does not say who was met. */
  contactId?: string;
}

@DomainEvent()
export class ExpenseReportSubmitted {
  expensereportId!: string;
  representativeId!: string;
  @Plain() items!: ExpenseItem[];
  total!: Money;
}

/** Cards are missing: it cannot be approved. */
@DomainEvent()
export class ExpenseReportBlocked {
  expensereportId!: string;
  representativeId!: string;
  @Plain() items!: ExpenseItem[];
  total!: Money;
  missingCards!: MissingCard[];
}

@DomainEvent()
export class ExpenseReportApproved {
  expensereportId!: string;
  representativeId!: string;
  total!: Money;
}

@DomainEvent()
export class ExpenseReportRejected {
  expensereportId!: string;
  representativeId!: string;
  @Plain() reason!: string;
}

@DomainEvent()
export class ExpenseReimbursed {
  expensereportId!: string;
  representativeId!: string;
  total!: Money;
}

export interface KnownExpenseReport {
  status: 'blocked' | 'submitted' | 'approved' | 'rejected' | 'reimbursed';
  representativeId: string;
  items: ExpenseItem[];
  total: Money;
  missingCards: MissingCard[];
}

/** Null: none was submitted under this id. */
export type ExpenseReportState = KnownExpenseReport | null;

const on = onKnown<KnownExpenseReport>();

export const ExpenseReport = aggregate<'expensereport', ExpenseReportState>('expensereport', null)
  .on(ExpenseReportSubmitted, (_, { representativeId, items, total }) => ({ status: 'submitted', representativeId, items, total, missingCards: [] }))
  .on(ExpenseReportBlocked, (_, { representativeId, items, total, missingCards }) => ({ status: 'blocked', representativeId, items, total, missingCards }))
  .on(ExpenseReportApproved, on(() => ({ status: 'approved' })))
  .on(ExpenseReportRejected, on(() => ({ status: 'rejected' })))
  .on(ExpenseReimbursed, on(() => ({ status: 'reimbursed' })));

/** What is possible with an expense report in each state. */
export const expenseReportFor = stateMachine<KnownExpenseReport['status']>('expense report', {
  blocked: ['SubmitExpenseReport', 'RejectExpenseReport'],
  submitted: ['ApproveExpenseReport', 'RejectExpenseReport'],
  approved: ['ReimburseExpenses'],
  rejected: ['SubmitExpenseReport'],
  reimbursed: [],
});

/**
 * Items that were spent on a customer without the card of whom was met.
 * @param cards the customer on each contact person's card.
 */
export function missingCardsOf(items: readonly ExpenseItem[], cards: Readonly<Record<string, string>>): MissingCard[] {
  return items.flatMap(({ customerId, contactId }, index) => {
    if (customerId === undefined) return [];
    const missing = { item: index + 1, customerId };
    if (contactId === undefined) return [missing];
    return cards[contactId] === customerId ? [] : [{ ...missing, contactId }];
  });
}

/** For people: what to do about it. */
export const toldMissing = (missing: readonly MissingCard[]): string =>
  missing.map(({ item, customerId, contactId }) => (contactId === undefined
    ? `item ${item} does not say who was met at customer ${customerId}`
    : `the card of ${contactId} at customer ${customerId} is missing (item ${item})`)).join('; ');
