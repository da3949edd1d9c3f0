import { IsOptional } from 'class-validator';
import { Contact } from '#customers';
import { Command, decide, event, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsKeyword, IsListOf, IsText } from '#event-sourcing/validation';
import { sumOf } from '#money';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import {
  ExpenseReimbursed, ExpenseReport, ExpenseReportApproved, ExpenseReportBlocked, expenseReportFor, ExpenseReportRejected, ExpenseReportSubmitted, missingCardsOf, type ExpenseItem,
} from '../domain/expense-report.js';

abstract class ExpenseReportCommand extends SalesCommand {
  @IsId() expensereportId!: string;
}

export class ExpenseItemFields implements ExpenseItem {
  @IsIsoDate() day!: string;
  /** `travel`, `meal`, `gift` … */
  @IsKeyword() kind!: string;
  @IsAmountDue() amount!: AmountDue;
  /** Whom it was spent on. */
  @IsOptional() @IsId() customerId?: string;
  /** The contact person who was met; their card has to be there. */
  @IsOptional() @IsId() contactId?: string;
}

@Command({ summary: 'Hands in what a representative spent. It is blocked as long as the card of a contact person who was met is missing; hand it in again then.', allow: ['manager', 'sales'] })
export class SubmitExpenseReport extends ExpenseReportCommand {
  @IsId() representativeId!: string;
  @IsListOf(() => ExpenseItemFields) items!: ExpenseItemFields[];
}

/** The customer on the card of each contact person whom the report names. */
async function cards(command: SubmitExpenseReport, stateOf: StateReader) {
  const ids = [...new Set(command.items.flatMap(({ contactId }) => contactId ?? []))];
  const found = await Promise.all(ids.map(async (id) => [id, await stateOf(Contact, id)] as const));
  const linked = found.flatMap(([id, contact]) => (contact?.linked ? [[id, contact.customerId] as const] : []));
  return { representative: await representativeNamed(command, stateOf), cards: Object.fromEntries(linked) };
}

export const submitExpenseReport = decide(ExpenseReport, SubmitExpenseReport, (command, state, _, known) => {
  const { expensereportId, representativeId, items } = factsOf(command);
  if (state) expenseReportFor('SubmitExpenseReport', state, expensereportId);
  sellerOf(representativeId, known.representative);
  const report = { expensereportId, representativeId, items, total: sumOf(items[0]!.amount.currency, items.map(({ amount }) => amount)) };
  const missingCards = missingCardsOf(items, known.cards);
  return missingCards.length > 0 ? event(ExpenseReportBlocked, { ...report, missingCards }) : event(ExpenseReportSubmitted, report);
}, cards);

@Command({ summary: 'Approves what a representative spent.', allow: ['manager'] })
export class ApproveExpenseReport extends ExpenseReportCommand {}

export const approveExpenseReport = decide(ExpenseReport, ApproveExpenseReport, ({ expensereportId }, state) => {
  const { representativeId, total } = expenseReportFor('ApproveExpenseReport', state, expensereportId);
  return event(ExpenseReportApproved, { expensereportId, representativeId, total });
});

@Command({ summary: 'Sends an expense report back.', allow: ['manager'] })
export class RejectExpenseReport extends ExpenseReportCommand {
  @IsText(500) reason!: string;
}

export const rejectExpenseReport = decide(ExpenseReport, RejectExpenseReport, (command, state) =>
  event(ExpenseReportRejected, { ...factsOf(command), representativeId: expenseReportFor('RejectExpenseReport', state, command.expensereportId).representativeId }));

@Command({ summary: 'Pays back what was approved.', allow: ['manager'] })
export class ReimburseExpenses extends ExpenseReportCommand {}

export const reimburseExpenses = decide(ExpenseReport, ReimburseExpenses, ({ expensereportId }, state) => {
  const { representativeId, total } = expenseReportFor('ReimburseExpenses', state, expensereportId);
  return event(ExpenseReimbursed, { expensereportId, representativeId, total });
});
