import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoadRun } from '#warehouse';
import { Workplace } from './support.js';

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  const url = await place.serve();
  const send = (command: string, body: object) => place.fetch(`${url}/commands/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await send('RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Ada' });
  await send('DefineMart', { martId: 'sales', department: 'Sales', questions: [{ name: 'By channel', question: { cube: 'purchases', measures: ['purchases'], by: ['channel'] } }] });
  await send('RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: { amount: 1234, currency: 'EUR' }, channel: 'web', occurredAt: '2026-01-05T12:00:00.000Z' });
}, 60_000);
afterAll(() => place.remove());

describe('guanxi warehouse and guanxi cube', () => {
  it('ask the server that has the data folder, and the folder itself where there is none', async () => {
    expect(await place.json('warehouse', 'query', 'SELECT amount, currency FROM fact_purchase WHERE channel = $channel', '--param', 'channel=web')).toEqual([{ amount: 1234, currency: 'EUR' }]);
    const [answer] = await place.json<{ event_id: string }[]>('warehouse', 'query', 'SELECT event_id FROM fact_purchase');
    expect(await place.json('warehouse', 'why', 'fact_purchase', 'p1')).toMatchObject({ rows: [{ values: { amount: 1234 }, events: [answer!.event_id] }], events: [{ id: answer!.event_id, type: 'PurchaseRecorded', command: 'RecordPurchase' }] });
    const answered = { department: 'Sales', answers: [{ name: 'By channel', answer: { cells: [{ channel: 'web', purchases: 1 }] } }] };
    expect(await place.json('cube', '--mart', 'sales')).toMatchObject(answered);
    await place.stop();
    expect(await place.json('cube', '--mart', 'sales')).toMatchObject(answered);
    expect(await place.json<LoadRun>('warehouse', 'rebuild')).toMatchObject({ kind: 'rebuild', error: null });
    const { stdout } = await place.guanxi('cube', 'purchases', '--by', 'channel,year', '--pivot', 'year', '--where', 'currency=EUR');
    expect(stdout).toMatch(/web\s*│\s*1234/);
  }, 60_000);
});
