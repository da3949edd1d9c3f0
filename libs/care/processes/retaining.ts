import { plus } from '#calendar';
import { sendMail } from '#delivery';
import { dispatch, end, process, remember, setDeadline } from '#event-sourcing';
import { RecordRetentionCaseNeglected } from '../commands/retention-cases.js';
import { MisunderstandingCleared, RetentionCaseClosed, RetentionCaseNeglected, RetentionCaseOpened, RetentionProblemSolved } from '../domain/retention-case.js';

interface Case {
  customerId: string;
  /** When something was done last. */
  touchedAt: string;
}

/** So long a case may rest. */
const DAYS = 7;
const retentionCase = ({ data }: { data: { retentioncaseId: string } }): string => data.retentioncaseId;
const touched = (customerId: string, touchedAt: string) => [remember<Case>({ customerId, touchedAt }), setDeadline('untouched', plus(touchedAt, { days: DAYS }))];

/** Reminds the firm of customers who may leave and for whom nobody does anything, week by week, until the case is closed. */
export const retaining = process<Case>('retaining', { customerId: '', touchedAt: '' }, { summary: 'Reminds of customers who may leave and for whom nothing is done.' })
  .startsOn(RetentionCaseOpened, retentionCase, (_, { data: { customerId }, occurredAt }) => touched(customerId, occurredAt))
  .on(MisunderstandingCleared, retentionCase, (_, { data: { customerId }, occurredAt }) => touched(customerId, occurredAt))
  .on(RetentionProblemSolved, retentionCase, (_, { data: { customerId }, occurredAt }) => touched(customerId, occurredAt))
  .on(RetentionCaseClosed, retentionCase, () => end())
  .on(RetentionCaseNeglected, retentionCase, (_, { data: { customerId, since } }, { id }) => sendMail({
    customerId, reference: id, subject: `Nothing is done for customer ${customerId}`,
    text: `Customer ${customerId} may leave, and nothing was done in case ${id} since ${since.slice(0, 10)}.\n\nSend ClearMisunderstanding or SolveRetentionProblem once something is done, or CloseRetentionCase.`,
  }))
  .onDeadline('untouched', ({ touchedAt }, { reachedAt }, { id }) => [
    dispatch(RecordRetentionCaseNeglected, { retentioncaseId: id, since: touchedAt }), setDeadline('untouched', plus(reachedAt, { days: DAYS })),
  ]);
