import { onRow, view } from '#event-sourcing';
import { type Money } from '#money';
import {
  ExpenseReimbursed, ExpenseReportApproved, ExpenseReportBlocked, ExpenseReportRejected, ExpenseReportSubmitted, toldMissing, type ExpenseItem, type KnownExpenseReport, type MissingCard,
} from '../domain/expense-report.js';

export interface ExpenseRow {
  representativeId: string;
  status: KnownExpenseReport['status'];
  items: ExpenseItem[];
  total: Money;
  missingCards: MissingCard[];
  /** Why it is blocked, in words. */
  blockedBecause?: string;
  rejectedBecause?: string;
  submittedAt: string;
  decidedBy?: string;
  reimbursedAt?: string;
}

export const expenses = view<ExpenseRow>('expenses', {
  version: 1,
  summary: 'What representatives spent and were paid back; of blocked reports, which cards are missing.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ representativeId: 1, submittedAt: -1 }, { status: 1 }],
})
  .key(({ data }) => data.expensereportId)
  .on(ExpenseReportSubmitted, (_, { data: { expensereportId: __, ...said }, occurredAt }) => ({ ...said, status: 'submitted', missingCards: [], submittedAt: occurredAt }))
  .on(ExpenseReportBlocked, (_, { data: { expensereportId: __, ...said }, occurredAt }) => ({ ...said, status: 'blocked', blockedBecause: toldMissing(said.missingCards), submittedAt: occurredAt }))
  .on(ExpenseReportApproved, onRow((_, { metadata }) => ({ status: 'approved', decidedBy: metadata.actor })))
  .on(ExpenseReportRejected, onRow((_, { data: { reason }, metadata }) => ({ status: 'rejected', rejectedBecause: reason, decidedBy: metadata.actor })))
  .on(ExpenseReimbursed, onRow((_, { occurredAt }) => ({ status: 'reimbursed', reimbursedAt: occurredAt })));
