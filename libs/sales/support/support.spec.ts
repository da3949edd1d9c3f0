import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { giveSalesSupport, requestSalesSupport, withdrawSalesSupportRequest } from './commands/support-requests.js';
import { SalesSupportGiven, SalesSupportRequested, SupportRequest } from './domain/support-request.js';
import { supportRequests } from './views/support-requests.view.js';

const asked = { supportrequestId: 's', customerId: 'c1', representativeId: 'mei', kind: 'demonstration' as const, neededBy: '2026-01-07', what: 'Brew ten pots' };
const requested = event(SalesSupportRequested, asked);
const NOON = '2026-01-05T12:00:00.000Z';
const EVENING = '2026-01-05T18:00:00.000Z';
const support = event(SalesSupportGiven, { supportrequestId: 's', customerId: 'c1', kind: 'demonstration', requestedAt: NOON, answer: 'Brewed' });

describe('support of sales', () => {
  it('is asked for by a representative for a customer, and given or withdrawn once', () => {
    const known = { customer: null, representative: { name: 'Mei', post: {} } };
    given(SupportRequest, []).when(requestSalesSupport, asked, {}, known).thenRejected('customer-not-found');
    given(SupportRequest, [requested]).when(giveSalesSupport, { supportrequestId: 's', answer: 'Brewed' }).then([support]);
    given(SupportRequest, [requested, support]).when(withdrawSalesSupportRequest, { supportrequestId: 's' }).thenRejected('support-request-given');
  });

  it('shows what waits, what is late, and how long answers take', async () => {
    const open = given(supportRequests, [recorded(requested, { occurredAt: NOON })]);
    expect((await open.answers('2026-01-07T23:00:00.000Z', {})).get('s')).toMatchObject({ status: 'requested', overdue: false });
    expect((await open.answers('2026-01-08T00:00:00.000Z', {})).get('s')).toMatchObject({ overdue: true });
    const done = given(supportRequests, [recorded(requested, { occurredAt: NOON }), recorded(support, { occurredAt: EVENING })]);
    expect(await done.report('by_kind', EVENING)).toEqual([{ key: 'demonstration', requested: 1, given: 1, meanHours: 6 }]);
  });
});
