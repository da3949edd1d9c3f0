import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asSystem } from '#access';
import { contexts, publishDefaultPolicies } from '#composition';
import { start, type Started } from './support.js';

let api: Started;

beforeAll(async () => {
  api = await start({ contexts });
  await asSystem(() => publishDefaultPolicies(api.engine));
  for (const customerId of ['old', 'new']) await api.send('RegisterCustomer', { customerId, kind: 'person', name: `Li <${customerId}>` });
  await api.send('RecordPurchase', { purchaseId: 'p1', customerId: 'old', amount: { amount: 100, currency: 'EUR' } });
}, 30_000);
afterAll(() => api.close(), 30_000);

const seen = async (view: string, key: string) => {
  const { body: { position } } = await api.get('/events?limit=1');
  return (await api.get(`/views/${view}/${key}?after=${position}`)).body.item;
};

describe('customers that turn out to be one, over HTTP', () => {
  it('are merged, answer for one another, and are unmerged', async () => {
    const { status, body } = await api.send('MergeCustomers', { customerId: 'old', intoCustomerId: 'new', reason: 'The same telephone' });
    expect(status).toBe(200);
    const row = async (view: string, key: string, after: number) => (await api.get(`/views/${view}/${key}?after=${after}`)).body.item;
    expect(await row('customers', 'old', body.position)).toMatchObject({ status: 'merged', mergedInto: 'new' });
    expect(await row('customer_360', 'new', body.position)).toMatchObject({ purchases: { count: 1 } });
    expect(await api.send('RenameCustomer', { customerId: 'old', name: 'Li' })).toMatchObject({ status: 409, body: { code: 'customer-merged', detail: expect.stringContaining('send this for new') } });
    expect(await api.send('MergeCustomers', { customerId: 'new', intoCustomerId: 'old', reason: 'The other way round' })).toMatchObject({ status: 409, body: { code: 'merge-closes-ring' } });

    const later = await api.send('RecordPurchase', { purchaseId: 'p2', customerId: 'old', amount: { amount: 5, currency: 'EUR' } });
    expect(await row('customer_360', 'new', later.body.position)).toMatchObject({ purchases: { count: 2 } });
    const parted = await api.send('UnmergeCustomers', { customerId: 'old', reason: 'Twins' });
    expect(await row('customer_360', 'old', parted.body.position)).toMatchObject({ name: 'Li <old>', status: 'active', purchases: { count: 2 } });
    expect(await row('customer_360', 'new', parted.body.position)).toMatchObject({ purchases: { count: 0 } });
  });
});

describe('the history of a customer, over HTTP', () => {
  it('is JSON, JSON lines, CSV or a page', async () => {
    expect(await seen('customers', 'old')).toBeDefined();
    const { body } = await api.get('/audit/history/old');
    expect(body.entries.map(({ type }: { type: string }) => type)).toEqual(['CustomerRegistered', 'PurchaseRecorded', 'CustomersMerged', 'PurchaseRecorded', 'CustomersUnmerged']);
    const text = async (format: string) => {
      const response = await api.fetch(`/audit/history/old?format=${format}`);
      return [response.headers.get('content-type'), await response.text()] as const;
    };
    const [[csvType, csv], [linesType, lines], [pageType, page]] = [await text('csv'), await text('jsonl'), await text('html')];
    expect([csvType, linesType, pageType]).toEqual(['text/csv; charset=utf-8', 'application/x-ndjson; charset=utf-8', 'text/html; charset=utf-8']);
    expect(csv).toContain('CustomersMerged');
    expect(lines.trimEnd().split('\n')).toHaveLength(5);
    expect(page).toContain('Li &lt;old&gt;');
    expect(page).not.toContain('Li <old>');
  });

  it('is refused in another form, and missing where nothing was recorded', async () => {
    expect(await api.get('/audit/history/old?format=xml')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('json, jsonl, csv, html') } });
    expect(await api.get('/audit/history/nobody')).toMatchObject({ status: 404 });
  });
});
