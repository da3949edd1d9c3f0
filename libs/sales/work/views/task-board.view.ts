import { onRow, view, type RecordedEvent } from '#event-sourcing';
import { type Handover } from '../../domain/handover.js';
import {
  SalesTaskAccepted, SalesTaskAssigned, SalesTaskCancelled, SalesTaskCompleted, SalesTaskOverdue, SalesTaskProgressReported, SalesTaskReassigned, type KnownSalesTask,
} from '../domain/sales-task.js';

/** What happened with a task. */
export interface TaskStep {
  what: 'assigned' | 'accepted' | 'reassigned' | 'progress' | 'overdue' | 'completed' | 'cancelled';
  at: string;
  by: string;
  representativeId: string;
  percentDone?: number;
  /** Why it was handed over by itself. */
  because?: Handover;
}

export interface TaskRow {
  customerId: string;
  opportunityId?: string;
  representativeId: string;
  assignedBy: string;
  dueOn: string;
  what: string;
  status: KnownSalesTask['status'];
  percentDone: number;
  result?: string;
  /** All of it, the earliest first. */
  history: TaskStep[];
}

/** `overdue`: it is still to be done and its day has passed (UTC). */
export type TaskAnswer = TaskRow & { overdue: boolean };

export const taskBoard = view<TaskRow>('task_board', {
  version: 3,
  summary: 'Every task with who is to do it, by when, how far it has come, and its history.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['what', 'result'],
  record: 'customerId',
  indexes: [{ status: 1, dueOn: 1 }, { representativeId: 1, status: 1, dueOn: 1 }, { customerId: 1 }, { opportunityId: 1 }],
})
  .key(({ data }) => data.salestaskId)
  .on(SalesTaskAssigned, (_, event) => {
    const { salestaskId: __, ...said } = event.data;
    return { ...said, assignedBy: event.metadata.actor, status: 'assigned', percentDone: 0, history: [stepOf('assigned', event)] };
  })
  .on(SalesTaskAccepted, onRow((row, event) => ({ status: 'accepted', history: [...row.history, stepOf('accepted', event)] })))
  .on(SalesTaskReassigned, onRow((row, event) => ({
    status: 'assigned', representativeId: event.data.representativeId, dueOn: event.data.dueOn, history: [...row.history, { ...stepOf('reassigned', event), ...(event.data.because && { because: event.data.because }) }],
  })))
  .on(SalesTaskProgressReported, onRow((row, event) => {
    const { percentDone } = event.data;
    return { status: 'accepted', percentDone, history: [...row.history, { ...stepOf('progress', event), percentDone }] };
  }))
  .on(SalesTaskOverdue, onRow((row, event) => ({ history: [...row.history, stepOf('overdue', event)] })))
  .on(SalesTaskCompleted, onRow((row, event) => ({
    status: 'completed', percentDone: 100, history: [...row.history, stepOf('completed', event)], ...(event.data.result !== undefined && { result: event.data.result }),
  })))
  .on(SalesTaskCancelled, onRow((row, event) => ({ status: 'cancelled', history: [...row.history, stepOf('cancelled', event)] })))
  .computed<TaskAnswer, unknown>({ fields: ['overdue'], compute: (row, now) => ({ ...row, overdue: isOpen(row) && row.dueOn < now.slice(0, 10) }) });

const isOpen = ({ status }: TaskRow): boolean => status === 'assigned' || status === 'accepted';

function stepOf(what: TaskStep['what'], { occurredAt, metadata, data }: RecordedEvent<{ representativeId: string }>): TaskStep {
  return { what, at: occurredAt, by: metadata.actor, representativeId: data.representativeId };
}
