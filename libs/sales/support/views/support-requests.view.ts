import { onRow, view } from '#event-sourcing';
import { grouped } from '../../domain/figures.js';
import { secondsBetween } from '../../domain/time.js';
import { SalesSupportGiven, SalesSupportRequested, SalesSupportWithdrawn, type KnownSupportRequest, type SupportKind } from '../domain/support-request.js';

export interface SupportRequestRow {
  customerId: string;
  opportunityId?: string;
  representativeId: string;
  kind: SupportKind;
  neededBy?: string;
  what: string;
  status: KnownSupportRequest['status'];
  requestedAt: string;
  givenBy?: string;
  answer?: string;
  secondsToAnswer?: number;
}

/** `overdue`: it is still to be given and its day has passed (UTC). */
export type SupportRequestAnswer = SupportRequestRow & { overdue: boolean };

export const supportRequests = view<SupportRequestRow>('support_requests', {
  version: 1,
  summary: 'Help with selling that was asked for; what is still to be given with `{ "status": "requested" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['what', 'answer'],
  record: 'customerId',
  indexes: [{ status: 1, neededBy: 1 }, { representativeId: 1, status: 1 }, { customerId: 1 }],
})
  .key(({ data }) => data.supportrequestId)
  .on(SalesSupportRequested, (_, { data: { supportrequestId: __, ...said }, occurredAt }) => ({ ...said, status: 'requested', requestedAt: occurredAt }))
  .on(SalesSupportGiven, onRow(({ requestedAt }, { data: { answer }, occurredAt, metadata: { actor } }) => ({
    status: 'given', answer, givenBy: actor, secondsToAnswer: secondsBetween(requestedAt, occurredAt),
  })))
  .on(SalesSupportWithdrawn, onRow(() => ({ status: 'withdrawn' })))
  .computed<SupportRequestAnswer, unknown>({
    fields: ['overdue'], compute: (row, now) => ({ ...row, overdue: row.status === 'requested' && row.neededBy !== undefined && row.neededBy < now.slice(0, 10) }),
  })
  .report('by_kind', { summary: 'How much help of each kind was asked for and given, and how long that took.', run: byKind });

async function byKind(rows: AsyncIterable<SupportRequestRow>) {
  const all: SupportRequestRow[] = [];
  for await (const row of rows) all.push(row);
  const sums = grouped(all, ({ kind }) => kind, { requested: 0, given: 0, seconds: 0 }, (sum, { status, secondsToAnswer = 0 }) => ({
    requested: sum.requested + 1, given: sum.given + Number(status === 'given'), seconds: sum.seconds + secondsToAnswer,
  }));
  return sums.map(({ seconds, ...sum }) => ({ ...sum, meanHours: sum.given === 0 ? null : Math.round(seconds / sum.given / 360) / 10 }));
}
