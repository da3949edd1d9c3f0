import { endOfDay } from '#calendar';
import { sendMail } from '#delivery';
import { dispatch, end, process, remember, setDeadline } from '#event-sourcing';
import { RecordSalesTaskOverdue } from '../commands/sales-tasks.js';
import { SalesTaskAssigned, SalesTaskCancelled, SalesTaskCompleted, SalesTaskOverdue, SalesTaskReassigned } from '../domain/sales-task.js';

const task = ({ data }: { data: { salestaskId: string } }): string => data.salestaskId;
const dueBy = (dueOn: string) => [remember({ dueOn }), setDeadline('day-passed', endOfDay(dueOn))];

/** Tells the firm of tasks whose day has passed (UTC) and that are still to be done. An instance is a task. */
export const tasksFollowing = process<{ dueOn: string }>('tasksfollowing', { dueOn: '' }, { summary: 'Tells of tasks whose day has passed.' })
  .startsOn(SalesTaskAssigned, task, (_, { data: { dueOn } }) => dueBy(dueOn))
  .on(SalesTaskReassigned, task, (_, { data: { dueOn } }) => dueBy(dueOn))
  .on(SalesTaskCompleted, task, () => end())
  .on(SalesTaskCancelled, task, () => end())
  .on(SalesTaskOverdue, task, (_, { data: { customerId, representativeId, dueOn } }, { id }) => sendMail({
    customerId, reference: id, subject: `Task of ${dueOn} is overdue`,
    text: `Task ${id} for customer ${customerId} was to be done by ${representativeId} by ${dueOn}.\n\nSend CompleteSalesTask once it is done, ReassignSalesTask with another day, or CancelSalesTask.`,
  }))
  .onDeadline('day-passed', ({ dueOn }, _, { id }) => dispatch(RecordSalesTaskOverdue, { salestaskId: id, dueOn }));
