import { onRow, view } from '#event-sourcing';
import { type Money } from '#money';
import { ageOf, daysOverdue, type Age } from '../domain/ageing.js';
import { type DunningLevel } from '../domain/dunning-policy.js';
import { DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReversed, PromiseToPayBroken, PromiseToPayRecorded } from '../domain/events.js';
import { noticeDueAt } from '../domain/notices.js';

export interface DunningQueueRow {
  contractId: string;
  customerId: string;
  number: number;
  dueOn: string;
  amount: Money;
  open: Money;
  levels: DunningLevel[];
  /** Of the last notice; 0: none was sent. */
  level: number;
  lastNoticeAt?: string;
  promisedOn?: string;
  brokenPromises: number;
}

/** `nextNoticeAt` is null where the last level was reached or a promise stands. */
export interface DunningQueueAnswer extends DunningQueueRow {
  daysOverdue: number;
  age: Age;
  nextNoticeAt: string | null;
}

const keyOf = ({ data }: { data: { contractId: string; number: number } }): string => `${data.contractId}/${data.number}`;

/** Keyed `contract/instalment`. */
export const dunningQueue = view<DunningQueueRow>('dunning_queue', {
  version: 1,
  summary: 'Instalments that are due and not paid: for how long, what was sent, what was promised, and when the next notice goes out.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ dueOn: 1 }, { customerId: 1 }, { level: -1 }],
})
  .on(InstalmentFellDue, keyOf, (row, { data: { contractId, customerId, number, dueOn, amount, open, dunning } }) =>
    (open.amount === 0 ? undefined : { contractId, customerId, number, dueOn, amount, open, levels: dunning.levels, level: 0, brokenPromises: row?.brokenPromises ?? 0 }))
  .on(PaymentAllocated, keyOf, (row, { data: { open } }) => row && (open.amount === 0 ? undefined : { ...row, open }))
  .on(PaymentReversed, ({ data: { contractId, reopened } }) => reopened.map(({ number }) => `${contractId}/${number}`), (row, { data: { contractId, customerId, reopened } }, key) => {
    const again = reopened.find(({ number }) => key === `${contractId}/${number}`)!;
    return { brokenPromises: 0, ...row, contractId, customerId, ...again };
  })
  .on(PromiseToPayRecorded, keyOf, onRow((_, { data: { promisedOn } }) => ({ promisedOn })))
  .on(PromiseToPayBroken, keyOf, (row) => row && { ...withoutPromise(row), brokenPromises: row.brokenPromises + 1 })
  .on(DunningNoticeSent, keyOf, onRow((_, { data: { level }, occurredAt }) => ({ level, lastNoticeAt: occurredAt })))
  .computed<DunningQueueAnswer, unknown>({
    fields: ['daysOverdue', 'age', 'nextNoticeAt'],
    compute: (row, now) => ({
      ...row, daysOverdue: daysOverdue(row.dueOn, now), age: ageOf(row.dueOn, now),
      nextNoticeAt: row.promisedOn === undefined ? (noticeDueAt(row, row.level + 1) ?? null) : null,
    }),
  });

function withoutPromise({ promisedOn: _, ...row }: DunningQueueRow): DunningQueueRow {
  return row;
}
