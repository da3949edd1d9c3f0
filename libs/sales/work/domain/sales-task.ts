import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';
import { type Handover } from '../../domain/handover.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Somebody is to do something for a customer. */
@DomainEvent()
export class SalesTaskAssigned {
  salestaskId!: string;
  customerId!: string;
  opportunityId?: string;
  representativeId!: string;
  /** Date. */
  @Plain() dueOn!: string;
  @Personal() what!: string;
}

@DomainEvent()
export class SalesTaskAccepted {
  salestaskId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
}

@DomainEvent()
export class SalesTaskReassigned {
  salestaskId!: string;
  customerId!: string;
  formerRepresentativeId!: string;
  @Plain() formerDueOn!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
  /** Absent where somebody decided. */
  @Plain() because?: Handover;
  @Personal() reason?: string;
}

@DomainEvent()
export class SalesTaskProgressReported {
  salestaskId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
  /** From 0 to 100. */
  percentDone!: number;
  @Personal() note?: string;
}

@DomainEvent()
export class SalesTaskCompleted {
  salestaskId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
  @Personal() result?: string;
}

@DomainEvent()
export class SalesTaskCancelled {
  salestaskId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
  @Personal() reason!: string;
}

/** Its day has passed, and it is still to be done. */
@DomainEvent()
export class SalesTaskOverdue {
  salestaskId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() dueOn!: string;
}

export interface KnownSalesTask {
  status: 'assigned' | 'accepted' | 'completed' | 'cancelled';
  customerId: string;
  representativeId: string;
  dueOn: string;
}

/** Null: none was assigned under this id. */
export type SalesTaskState = KnownSalesTask | null;

const on = onKnown<KnownSalesTask>();

export const SalesTask = aggregate<'salestask', SalesTaskState>('salestask', null)
  .on(SalesTaskAssigned, (_, { customerId, representativeId, dueOn }) => ({ status: 'assigned', customerId, representativeId, dueOn }))
  .on(SalesTaskAccepted, on(() => ({ status: 'accepted' })))
  .on(SalesTaskReassigned, on((_, { representativeId, dueOn }) => ({ status: 'assigned', representativeId, dueOn })))
  .on(SalesTaskProgressReported, on(() => ({ status: 'accepted' })))
  .on(SalesTaskOverdue, (task) => task)
  .on(SalesTaskCompleted, on(() => ({ status: 'completed' })))
  .on(SalesTaskCancelled, on(() => ({ status: 'cancelled' })));

/** What is possible with a task in each state. */
export const salesTaskFor = stateMachine<KnownSalesTask['status']>('sales task', {
  assigned: ['AcceptSalesTask', 'ReassignSalesTask', 'ReportSalesTaskProgress', 'RecordSalesTaskOverdue', 'CompleteSalesTask', 'CancelSalesTask'],
  accepted: ['ReassignSalesTask', 'ReportSalesTaskProgress', 'RecordSalesTaskOverdue', 'CompleteSalesTask', 'CancelSalesTask'],
  completed: [],
  cancelled: [],
});

/** Whose task it is and by when, as its events name it. */
export const taskOf = ({ status: _, ...task }: KnownSalesTask) => task;
