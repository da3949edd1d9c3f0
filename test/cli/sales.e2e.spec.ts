import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Workplace } from './support.js';

jest.setTimeout(60_000);

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

describe('guanxi and sales', () => {
  it('imports a folder, tells what is wrong in it, and settles that with a mapping; simulates a year beside it', async () => {
    mkdirSync(place.file('deals'));
    writeFileSync(place.file('deals/sales_teams.csv'), 'sales_agent,manager,regional_office\nMei Lin,Ida Berg,East\n');
    writeFileSync(place.file('deals/products.csv'), 'product,series,sales_price\nTea Pot,Tea,25\n');
    writeFileSync(place.file('deals/accounts.csv'), 'account,sector,year_established,revenue,employees,office_location,subsidiary_of\nHarbour,retail,1990,1.5,12,Sweden,\n');
    writeFileSync(place.file('deals/sales_pipeline.csv'), 'opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\no1,Mei Lin,TeaPot,Harbour,Won,1/5/2017,2/1/2017,24\n');
    writeFileSync(place.file('settled.json'), '{ "products": { "TeaPot": "Tea Pot" } }');
    const first = await place.guanxi('import', 'sales', 'deals');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^4 rows read: 3 added, 0 there already, 1 rejected/) });
    expect(first.stderr).toContain('unknown product "TeaPot" in 1 row: not settled; is "Tea Pot" meant?');
    expect(await place.json('import', 'sales', 'deals', '--mapping', 'settled.json')).toMatchObject({ added: 1, rejected: 0, findings: [{ what: 'unknown product', settled: 'Tea Pot' }] });
    expect(await place.json('simulate', '--customers', '2', '--year', '2025')).toMatchObject({ customers: 2, refused: {} });
    expect(await place.json('views', 'pipeline', 'o1')).toMatchObject({ status: 'won', value: { amount: 2_400, currency: 'USD' } });
  });

  it('has who will pay too late on record, and scores it by what was paid', async () => {
    await place.json('simulate', '--customers', '60', '--year', '2025');
    const foretold = await place.json<{ customers: number }>('models', 'predict', '--model', 'credit', '--as-of', '2025-09-30', '--from', '2025-06-30');
    expect(foretold).toMatchObject({ model: 'credit/1', measure: 'late-payment', horizonDays: 92 });
    const { summary } = await place.json<{ summary: { scored: number } }>('analyse', 'calibration', '--as-of', '2025-12-31', '--set', 'measure=late-payment');
    expect(summary).toMatchObject({ predictions: foretold.customers, models: ['credit/1'] });
    expect(summary.scored).toBeGreaterThan(0);
  });
});
