import { plus } from '#calendar';
import { sendMail } from '#delivery';
import { cancelDeadline, dispatch, end, process, remember, setDeadline, type Effect } from '#event-sourcing';
import { BreakPromiseToPay, SendDunningNotice } from '../commands/payments.js';
import { type DunningLevel } from '../domain/dunning-policy.js';
import { DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReversed, PromiseToPayRecorded } from '../domain/events.js';
import { noticeDueAt, noticeText } from '../domain/notices.js';

/** An instalment that is open. */
interface Debt {
  contractId: string;
  number: number;
  dueOn: string;
  levels: DunningLevel[];
  /** Of the next notice. */
  next: number;
}

const none: Debt = { contractId: '', number: 0, dueOn: '', levels: [], next: 1 };

const debtId = (contractId: string, number: number): string => `${contractId}:${number}`;
const instalment = ({ data }: { data: { contractId: string; number: number } }): string => debtId(data.contractId, data.number);

/**
 * Reminds a customer of an instalment, sharper with each level of the policy of its day, until it is paid. A promise
 * holds it up until its day has passed. An instance is an instalment.
 */
export const dunning = process<Debt>('dunning', none, { summary: 'Reminds customers of what is overdue, level by level, until it is paid.' })
  .startsOn(InstalmentFellDue, instalment, (_, { data: { contractId, number, dueOn, open, dunning: { levels } } }) =>
    (open.amount === 0 ? [] : begun({ contractId, number, dueOn, levels, next: 1 })))
  .startsOn(PaymentReversed, ({ data: { contractId, reopened } }) => reopened.map(({ number }) => debtId(contractId, number)), (_, { data: { contractId, reopened } }, { id }) => {
    const { number, dueOn, level, levels } = reopened.find((each) => debtId(contractId, each.number) === id)!;
    return begun({ contractId, number, dueOn, levels, next: level + 1 });
  })
  .on(PaymentAllocated, instalment, (_, { data: { open } }) => (open.amount === 0 ? end() : []))
  .on(DunningNoticeSent, instalment, (_, { data }, { id }) => sendMail({ customerId: data.customerId, reference: id, ...(data.email !== undefined && { to: [data.email] }), ...noticeText(data) }))
  .on(PromiseToPayRecorded, instalment, ({ next }, { data: { promisedOn } }) => [cancelDeadline(`notice/${next}`), setDeadline('promise', plus(promisedOn, { days: 1 }))])
  .onDeadline('promise', (debt) => [dispatch(BreakPromiseToPay, { contractId: debt.contractId, number: debt.number }), ...noticeOf(debt)])
  .onDeadline('notice', (debt) => {
    const { contractId, number, next } = debt;
    return [dispatch(SendDunningNotice, { contractId, number, level: next }), ...begun({ ...debt, next: next + 1 })];
  });

const begun = (debt: Debt): Effect<Debt>[] => [remember(debt), ...noticeOf(debt)];

function noticeOf(debt: Debt): Effect<Debt>[] {
  const at = noticeDueAt(debt, debt.next);
  return at === undefined ? [] : [setDeadline(`notice/${debt.next}`, at)];
}
