import { onRow, view } from '#event-sourcing';
import { MisunderstandingCleared, RetentionCaseClosed, RetentionCaseNeglected, RetentionCaseOpened, RetentionProblemSolved, type KnownRetentionCase } from '../domain/retention-case.js';

export interface RetentionCaseRow {
  customerId: string;
  cause: string;
  what: string;
  status: KnownRetentionCase['status'];
  openedAt: string;
  openedBy: string;
  /** What was cleared up and put right, the earliest first. */
  steps: { kind: 'misunderstanding' | 'problem'; what: string; at: string; by: string }[];
  timesNeglected: number;
  closedAt?: string;
  reason?: string;
}

export interface SaveRate {
  cause: string;
  saved: number;
  lost: number;
  open: number;
  /** Of those that are closed, with four decimals; null where none is. */
  rate: number | null;
}

export const retentionCases = view<RetentionCaseRow>('retention_cases', {
  version: 1,
  summary: 'Customers who might leave, what was done about it, and whether they were saved; how many are with the report `save_rate`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['what', 'steps', 'reason'],
  record: 'customerId',
  indexes: [{ status: 1, openedAt: 1 }, { customerId: 1 }],
})
  .key(({ data }) => data.retentioncaseId)
  .on(RetentionCaseOpened, (_, { data: { retentioncaseId: __, ...said }, occurredAt, metadata: { actor } }) => ({ ...said, status: 'open', openedAt: occurredAt, openedBy: actor, steps: [], timesNeglected: 0 }))
  .on(MisunderstandingCleared, onRow(({ steps }, { data: { what }, occurredAt, metadata: { actor } }) => ({ steps: [...steps, { kind: 'misunderstanding' as const, what, at: occurredAt, by: actor }] })))
  .on(RetentionProblemSolved, onRow(({ steps }, { data: { what }, occurredAt, metadata: { actor } }) => ({ steps: [...steps, { kind: 'problem' as const, what, at: occurredAt, by: actor }] })))
  .on(RetentionCaseNeglected, onRow(({ timesNeglected }) => ({ timesNeglected: timesNeglected + 1 })))
  .on(RetentionCaseClosed, onRow((_, { data: { outcome, reason }, occurredAt }) => ({ status: outcome, closedAt: occurredAt, ...(reason !== undefined && { reason }) })))
  .report('save_rate', { summary: 'How many of the customers who might have left were saved, by cause.', run: saveRate });

async function saveRate(rows: AsyncIterable<RetentionCaseRow>): Promise<SaveRate[]> {
  const sums = new Map<string, { saved: number; lost: number; open: number }>();
  for await (const { cause, status } of rows) {
    const sum = sums.get(cause) ?? { saved: 0, lost: 0, open: 0 };
    sums.set(cause, { ...sum, [status]: sum[status] + 1 });
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([cause, sum]) => {
    const closed = sum.saved + sum.lost;
    return { cause, ...sum, rate: closed === 0 ? null : Math.round((sum.saved / closed) * 10_000) / 10_000 };
  });
}
