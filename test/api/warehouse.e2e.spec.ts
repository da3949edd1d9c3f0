import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asSystem } from '#access';
import { contexts, publishDefaultPolicies } from '#composition';
import { identity, type Identity } from './identities.js';
import { start, type Started } from './support.js';

let api: Started;
let analyst: Identity;
let sales: Identity;
beforeAll(async () => {
  api = await start({ contexts });
  await asSystem(() => publishDefaultPolicies(api.engine));
  [analyst, sales] = [await identity(api, ['analyst']), await identity(api, ['sales'])];
  await api.send('RegisterCustomer', { customerId: 'ada', kind: 'person', name: 'Ada' });
  await api.send('DefineOffering', { offeringId: 'oolong', name: 'Oolong tea', kind: 'product', series: 'tea' });
  await api.send('DefineOffering', { offeringId: 'tasting', name: 'Tasting', kind: 'service' });
  for (const [n, [channel, amount, currency, day]] of ([['web', 100, 'EUR', '2025-01-05'], ['web', 200, 'EUR', '2025-02-05'], ['shop', 400, 'EUR', '2025-04-05'], ['shop', 800, 'USD', '2025-04-06']] as const).entries()) {
    await api.send('RecordPurchase', { purchaseId: `p${n}`, customerId: 'ada', amount: { amount, currency }, channel, occurredAt: `${day}T12:00:00.000Z` });
  }
}, 60_000);
afterAll(() => api.close(), 30_000);

const cube = async (question: object) => (await api.post('/cube/query', { cube: 'purchases', ...question })).body;

describe('the warehouse over HTTP', () => {
  it('answers SQL as of any moment and says which', async () => {
    const sql = 'SELECT channel, sum(amount) AS amount, currency FROM fact_purchase GROUP BY ALL ORDER BY ALL';
    const { status, body } = await api.post('/warehouse/query', { sql, asOf: '2025-02-28' });
    expect([status, body]).toMatchObject([200, { rows: [{ channel: 'web', amount: 300, currency: 'EUR' }], columns: [{ name: 'channel' }, { name: 'amount' }, { name: 'currency' }], truncated: false, asOf: '2025-02-28T23:59:59.999Z', version: 4 }]);
    expect((await api.post('/warehouse/query', { sql, position: body.position - 3 })).body.rows).toEqual([{ channel: 'web', amount: 100, currency: 'EUR' }]);
  });

  it('says what is wrong with a question', async () => {
    expect((await api.post('/warehouse/query', { sql: 'SELECT nothing FROM fact_purchase' })).body).toMatchObject({ status: 400, type: expect.stringContaining('invalid-query'), detail: expect.stringContaining('nothing') });
    expect((await api.post('/warehouse/query', { sql: 'DELETE FROM history.fact_purchase' })).body).toMatchObject({ status: 400, detail: expect.stringContaining('read-only') });
    expect((await api.post('/warehouse/query', { limit: 'x' })).body).toMatchObject({ status: 400, fields: [{ field: 'sql' }, { field: 'limit' }] });
    expect(await cube({ measures: ['profit'] })).toMatchObject({ status: 400, detail: 'There is no measure "profit". There is: amount, purchases, units, average_amount, customers.' });
  });

  it('traces a row back to the events that it rests on', async () => {
    const { status, body } = await api.get('/warehouse/why/fact_stage_change/ada?asOf=2025-01-31');
    const { body: history } = await api.get('/aggregates/purchase/p0/history');
    expect([status, body]).toMatchObject([200, { table: 'fact_stage_change', asOf: '2025-01-31T23:59:59.999Z', rows: [{ values: { to_stage: 'first_purchase' }, events: [history.events[0].id] }] }]);
    expect(body.events).toMatchObject([{ id: history.events[0].id, type: 'PurchaseRecorded', stream: 'purchase-p0', command: 'RecordPurchase', correlationId: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toContain('Ada');
    expect((await api.get('/warehouse/why/fact_purchase/nobody')).body).toMatchObject({ status: 404 });
    expect((await api.get('/warehouse/why/customer_stage/ada')).body).toMatchObject({ status: 400, detail: expect.stringContaining('is made of other tables') });
    expect((await sales.get('/warehouse/why/dim_customer/ada')).status).toBe(403);
  });

  it('tells what it has and what its loads brought, and is filled anew', async () => {
    const { body: run } = await api.post('/warehouse/rebuild');
    expect(run).toMatchObject({ kind: 'rebuild', error: null, fromPosition: 0 });
    const { body } = await api.get('/warehouse');
    expect(body).toMatchObject({ state: 'ready', position: body.head, version: 4, runs: expect.arrayContaining([run]) });
    expect(body.tables.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['fact_purchase', 'fact_interaction', 'fact_stage_change', 'dim_customer', 'dim_product', 'dim_time', 'dim_channel']));
  });

  it('is for those who may read all customers, and holds nothing that names one', async () => {
    const { status, body } = await analyst.post('/warehouse/query', { sql: 'SELECT * FROM dim_customer' });
    expect([status, JSON.stringify(body.rows).includes('Ada')]).toEqual([200, false]);
    expect(await sales.post('/warehouse/query', { sql: 'SELECT 1' })).toMatchObject({ status: 403, body: { code: 'records-limited' } });
    expect(await sales.post('/cube/query', { cube: 'purchases' })).toMatchObject({ status: 403, body: { code: 'records-limited' } });
    expect((await sales.post('/warehouse/rebuild')).status).toBe(403);
  });
});

describe('a cube', () => {
  it('sums over dimensions on demand, and never over currencies', async () => {
    const { cells } = await cube({ measures: ['amount', 'purchases'], by: ['channel', 'month'], subtotals: true });
    expect(cells).toEqual(expect.arrayContaining([
      { channel: 'web', month: '2025-01', currency: 'EUR', amount: 100, purchases: 1 }, { channel: 'web', currency: 'EUR', amount: 300, purchases: 2, over: ['month'] },
      { currency: 'EUR', amount: 700, purchases: 3, over: ['channel', 'month'] }, { currency: 'USD', amount: 800, purchases: 1, over: ['channel', 'month'] },
    ]));
    expect(cells).toHaveLength(4 + 3 + 2);
    expect(await cube({ by: ['channel'], pivot: 'channel', subtotals: true })).toMatchObject({ status: 400 });
  });

  it('never adds amounts of different currencies', async () => {
    expect(await cube({ measures: ['amount'] })).toMatchObject({ by: ['currency'], cells: [{ currency: 'EUR', amount: 700 }, { currency: 'USD', amount: 800 }] });
    expect(await cube({ measures: ['purchases'] })).toMatchObject({ by: [], cells: [{ purchases: 4 }] });
  });

  it('is sliced, diced and pivoted', async () => {
    expect((await cube({ measures: ['amount', 'purchases'], by: ['channel'], where: { currency: 'EUR' } })).cells).toEqual([{ channel: 'shop', amount: 400, purchases: 1 }, { channel: 'web', amount: 300, purchases: 2 }]);
    expect((await cube({ measures: ['purchases'], by: ['month'], where: { month: { from: '2025-02' }, currency: ['EUR', 'USD'] } })).cells).toEqual([{ month: '2025-02', purchases: 1 }, { month: '2025-04', purchases: 2 }]);
    const { table } = await cube({ measures: ['purchases'], by: ['channel', 'quarter'], pivot: 'quarter', sort: '-purchases' });
    expect(table.columns).toEqual(['2025-Q1', '2025-Q2']);
    expect(table.rows).toEqual(expect.arrayContaining([{ channel: 'shop', cells: { '2025-Q2': { purchases: 2 } } }, { channel: 'web', cells: { '2025-Q1': { purchases: 2 } } }]));
  });

  it('is drilled from the coarse to the fine, and names the events behind a cell', async () => {
    const { by, cells } = await cube({ measures: ['purchases'], by: ['quarter'], drill: { dimension: 'quarter', value: '2025-Q1' }, events: 5 });
    expect([by, cells]).toEqual([['month'], [{ month: '2025-01', purchases: 1, events: [expect.any(String)] }, { month: '2025-02', purchases: 1, events: [expect.any(String)] }]]);
    const { body: history } = await api.get('/aggregates/purchase/p0/history');
    expect(cells[0].events).toEqual([history.events[0].id]);
  });

  it('shows customers and stages as of the moment', async () => {
    expect((await cube({ cube: 'customers', by: ['stage'], where: { customer_kind: 'person' } })).cells).toEqual([{ stage: expect.stringMatching(/^(dormant|lost)$/), customers: 1 }]);
    expect((await api.post('/cube/query', { cube: 'customers', by: ['stage'], asOf: '2999-01-01' })).status).toBe(400);
    expect((await cube({ cube: 'stage_changes', by: ['to_stage'], asOf: '2025-01-31', events: 3 })).cells).toMatchObject([{ to_stage: 'first_purchase', changes: 1, events: [expect.any(String)] }]);
  });

  it('knows the category of a product by its id or its name, and drills from one to the other', async () => {
    const items = [['oolong', 2], ['Tasting', 1], ['Something else', 1]].map(([product, quantity]) => ({ product, quantity }));
    await api.send('RecordPurchase', { purchaseId: 'basket', customerId: 'ada', amount: { amount: 50, currency: 'EUR' }, channel: 'fair', items, occurredAt: '2024-12-01T12:00:00.000Z' });
    const asked = { cube: 'products', measures: ['units'], by: ['category'] };
    expect((await cube(asked)).cells).toEqual([{ category: 'none', units: null }, { category: 'service', units: 1 }, { category: 'tea', units: 2 }, { category: 'unknown', units: 1 }]);
    expect((await cube({ cube: 'products', measures: ['amount'] })).cells).toEqual((await cube({ measures: ['amount'] })).cells);
    expect((await cube({ ...asked, drill: { dimension: 'category', value: 'tea' } })).cells).toEqual([{ product: 'oolong', units: 2 }]);
  });

  it('answers the questions of a department together, as of one moment', async () => {
    const questions = [{ name: 'Sales', question: { cube: 'purchases', measures: ['purchases'], by: ['channel'] } }, { name: 'Who', question: { cube: 'customers' } }];
    await api.send('DefineMart', { martId: 'sales', department: 'Sales', questions, occurredAt: '2025-01-01T00:00:00.000Z' });
    const { body } = await api.get('/cube/marts/sales?asOf=2025-02-28');
    expect(body).toMatchObject({ department: 'Sales', answers: [{ name: 'Sales', answer: { asOf: '2025-02-28T23:59:59.999Z' } }, { name: 'Who', answer: { cells: [] } }] });
    expect(body.answers[0].answer.cells).toEqual([{ channel: 'fair', purchases: 1 }, { channel: 'web', purchases: 2 }]);
    expect((await api.get('/cube/marts/sales?asOf=2024-02-28')).status).toBe(404);
    const wrong = async (question: object) => (await api.post('/commands/DefineMart', { martId: 'other', department: 'Other', questions: [{ name: 'Q', question }] })).body;
    expect(await wrong({ cube: 'purchases', measures: ['profit'] })).toMatchObject({ status: 422, code: 'mart-question-wrong', detail: expect.stringContaining('There is no measure "profit"') });
    expect(await wrong({ cube: 'purchases', asOf: '2025-01-01' })).toMatchObject({ code: 'mart-question-wrong' });
    expect(await wrong({ measures: 'amount' })).toMatchObject({ code: 'mart-question-wrong' });
  });
});
