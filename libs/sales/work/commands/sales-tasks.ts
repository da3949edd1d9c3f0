import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsNested, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { HandoverFields } from '../../commands/handover.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import {
  SalesTask, SalesTaskAccepted, SalesTaskAssigned, SalesTaskCancelled, SalesTaskCompleted, salesTaskFor, SalesTaskOverdue, SalesTaskProgressReported, SalesTaskReassigned, taskOf,
} from '../domain/sales-task.js';

abstract class SalesTaskCommand extends SalesCommand {
  @IsId() salestaskId!: string;
}

@Command({ summary: 'Gives somebody something to do for a customer, by a day.', allow: ['manager', 'sales'] })
export class AssignSalesTask extends SalesTaskCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() opportunityId?: string;
  @IsId() representativeId!: string;
  @IsIsoDate() dueOn!: string;
  @IsText(500) what!: string;
}

export const assignSalesTask = decide(SalesTask, AssignSalesTask, (command, state, _, { customer, representative }) => {
  if (state) throw wrongState('sales-task-already-assigned', `Sales task ${command.salestaskId} is assigned already; send ReassignSalesTask, or take another id.`);
  refuseUnlessDealable(command, customer);
  sellerOf(command.representativeId, representative);
  return event(SalesTaskAssigned, factsOf(command));
}, async (command: AssignSalesTask, stateOf: StateReader) => ({ customer: await customerNamed(command, stateOf), representative: await representativeNamed(command, stateOf) }));

@Command({ summary: 'Whoever was given a task takes it on.', allow: ['manager', 'sales'] })
export class AcceptSalesTask extends SalesTaskCommand {}

export const acceptSalesTask = decide(SalesTask, AcceptSalesTask, ({ salestaskId }, state) =>
  event(SalesTaskAccepted, { salestaskId, ...taskOf(salesTaskFor('AcceptSalesTask', state, salestaskId)) }));

@Command({ summary: 'Gives a task to somebody else, by another day or by the same.', allow: ['manager', 'sales'] })
export class ReassignSalesTask extends SalesTaskCommand {
  @IsId() representativeId!: string;
  @IsOptional() @IsIsoDate() dueOn?: string;
  @IsOptional() @IsText(500) reason?: string;
  /** Why it is handed over by itself: what is done stays whose it was. */
  @IsOptional() @IsNested(() => HandoverFields) because?: HandoverFields;
}

export const reassignSalesTask = decide(SalesTask, ReassignSalesTask, (command, state, _, representative) => {
  if (command.because && state && (state.status === 'completed' || state.status === 'cancelled')) return [];
  const { customerId, representativeId: formerRepresentativeId, dueOn: formerDueOn } = salesTaskFor('ReassignSalesTask', state, command.salestaskId);
  sellerOf(command.representativeId, representative);
  const { because, ...said } = factsOf(command);
  return event(SalesTaskReassigned, { dueOn: formerDueOn, ...said, ...(because && { because: { ...because } }), customerId, formerRepresentativeId, formerDueOn });
}, representativeNamed);

@Command({ summary: 'Tells how far a task has come.', allow: ['manager', 'sales'] })
export class ReportSalesTaskProgress extends SalesTaskCommand {
  @IsInt() @Min(0) @Max(100) percentDone!: number;
  @IsOptional() @IsText(1000) note?: string;
}

export const reportSalesTaskProgress = decide(SalesTask, ReportSalesTaskProgress, (command, state) =>
  event(SalesTaskProgressReported, { ...factsOf(command), ...taskOf(salesTaskFor('ReportSalesTaskProgress', state, command.salestaskId)) }));

@Command({ summary: 'A task is done.', allow: ['manager', 'sales'] })
export class CompleteSalesTask extends SalesTaskCommand {
  @IsOptional() @IsText(1000) result?: string;
}

export const completeSalesTask = decide(SalesTask, CompleteSalesTask, (command, state) =>
  event(SalesTaskCompleted, { ...factsOf(command), ...taskOf(salesTaskFor('CompleteSalesTask', state, command.salestaskId)) }));

@Command({ summary: 'A task is no longer to be done.', allow: ['manager', 'sales'] })
export class CancelSalesTask extends SalesTaskCommand {
  @IsText(500) reason!: string;
}

export const cancelSalesTask = decide(SalesTask, CancelSalesTask, (command, state) =>
  event(SalesTaskCancelled, { ...factsOf(command), ...taskOf(salesTaskFor('CancelSalesTask', state, command.salestaskId)) }));

@Command({ summary: 'The day of a task has passed and it is still to be done. Sent by itself.', allow: ['manager'] })
export class RecordSalesTaskOverdue extends SalesTaskCommand {
  /** The day that has passed: nothing happens where the task has another by now. */
  @IsIsoDate() dueOn!: string;
}

export const recordSalesTaskOverdue = decide(SalesTask, RecordSalesTaskOverdue, ({ salestaskId, dueOn }, state) => {
  const task = taskOf(salesTaskFor('RecordSalesTaskOverdue', state, salestaskId));
  return task.dueOn === dueOn ? event(SalesTaskOverdue, { salestaskId, ...task }) : [];
});
