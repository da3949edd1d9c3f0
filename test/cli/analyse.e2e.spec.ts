import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { randomNumbers } from '../bench/random.js';
import { Workplace } from './support.js';

jest.setTimeout(90_000);

const CUSTOMERS = 400;
const WEEKS = 44;
const SEED = 18;

/** Customers who buy at rates of their own and leave after any purchase, each with a probability of their own. */
function rows(): string {
  const random = randomNumbers(SEED);
  const lines: string[] = [];
  for (let customer = 1; customer <= CUSTOMERS; customer++) {
    const [rate, leaving, spend] = [0.5 * random() ** 2, random() ** 3, 5 + 60 * random() ** 2];
    for (let week = random() * 4; week < WEEKS; week += -Math.log(random()) / rate) {
      const day = new Date(Date.UTC(1997, 0, 1 + Math.floor(week * 7))).toISOString().slice(0, 10).replaceAll('-', '');
      lines.push(`${String(customer).padStart(5, '0')} ${day} 1 ${(spend * (0.5 + random())).toFixed(2)}`);
      if (random() < leaving) break;
    }
  }
  return lines.join('\n');
}

interface Answer {
  now: string;
  rows: Record<string, unknown>[];
  summary: Record<string, unknown>;
  notes: string[];
}

describe('The analyst at the command line', () => {
  const place = new Workplace();
  let url: string;
  /** What the server answers, as text. */
  const asked = async (path: string) => (await place.fetch(url + path)).text();

  beforeAll(async () => {
    writeFileSync(place.file('rows.txt'), rows());
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    url = await place.serve();
  });

  afterAll(() => place.remove());

  it('asks analyses as of a moment, as a table with plots, as CSV, and day by day', async () => {
    expect(await asked('/analyses')).toMatch(/buying_models.*cohorts.*customer_value.*rfm/);
    expect(JSON.parse(await asked('/analyses/rfm?asOf=1997-03-31'))).toMatchObject({ now: '1997-03-31T23:59:59.999Z', summary: { buyers: CUSTOMERS, currency: 'USD' } });
    const shown = await place.guanxi('analyse', 'pyramid', '--limit', '3');
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/Lorenz curve of revenue[\s\S]*Profit by tier/)]);
    const csv = await place.guanxi('analyse', 'repeat_buying', '--as-of', '1997-03-31', '--csv');
    expect(csv.stdout.replace('\ufeff', '')).toBe(await asked('/analyses/repeat_buying?asOf=1997-03-31&format=csv'));
    expect(csv.stdout.trim().split('\r\n')).toHaveLength(CUSTOMERS + 1);
    const { days } = await place.json<{ days: { day: string; answer: Answer }[] }>('analyse', 'persistency', '--series', '--first', '1997-01-31', '--last', '1997-03-31', '--every', 'month', '--set', 'renewalDays=30');
    expect(days.map(({ day }) => day)).toEqual(['1997-01-31', '1997-02-28', '1997-03-31']);
    expect(days[2]!.answer.summary).toMatchObject({ buyers: CUSTOMERS });
    const { code, stderr } = await place.guanxi('analyse', 'persistency', '--set', 'renewalDays=soon');
    expect([code, stderr]).toEqual([2, expect.stringMatching('renewalDays must')]);
    expect(await asked('/analyses/nothing')).toMatch('unknown-analysis');
    expect(await asked('/analyses/pyramid?asOf=1997-05-17&format=events')).toMatch(/^event: progress\ndata: \{"(view|computing)":[^\n]*\}\n\n[\s\S]*event: answer\ndata: \{"analysis":"pyramid"[^\n]*\n\n$/);
    expect(await asked('/analyses/pyramid/rows/nobody?asOf=1997-05-17&format=events')).toMatch(/event: problem\ndata: \{"type":"[^"]*not-found"[^\n]*\n\n$/);
    expect(await asked('/analyses/pyramid?asOf=2999-01-01&format=events')).toMatch(/^event: problem\ndata: \{"type":"[^"]*invalid-query"/);
  });

  it('is told why, by the events', async () => {
    const { factors } = JSON.parse(await asked('/analyses/rfm/rows/cdnow-00001?asOf=1997-03-31')) as { factors: { factor: string; events: string[] }[] };
    expect(factors.map(({ factor }) => factor)).toEqual(expect.arrayContaining(['frequency', 'monetary']));
    expect(factors.every(({ events }) => events.length > 0)).toBe(true);
  });

  it('trains a model as of a moment, has it foretell, and scores it by what happened', async () => {
    const trained = await place.json<{ modelId: string; version: number; promoted: boolean }[]>('models', 'train', '--as-of', '1997-07-31', '--promote');
    expect(trained[0]).toMatchObject({ modelId: 'bg_nbd-USD', version: 1, promoted: true });
    expect(await place.json('models', 'predict', '--as-of', '1997-07-31', '--horizon', '10')).toMatchObject({ model: 'bg_nbd-USD/1', customers: CUSTOMERS, horizonDays: 70 });
    expect(await asked('/analyses/calibration?asOf=1997-09-30')).toMatch('No prediction was recorded whose time is over');
    const { summary } = JSON.parse(await asked('/analyses/calibration?asOf=1997-10-31')) as Answer;
    expect(summary).toMatchObject({ predictions: CUSTOMERS, scored: CUSTOMERS, models: ['bg_nbd-USD/1'] });
    expect(summary['actual']).toBeGreaterThan(0);
  });

  it('has churn on record too, foretold by the version that was trained, and scored by who bought nothing', async () => {
    const made = await place.json<{ model: string; measure: string; customers: number }>('models', 'predict', '--model', 'churn', '--as-of', '1997-07-31', '--from', '1997-05-31');
    expect(made).toMatchObject({ model: 'churn-USD/1', measure: 'no-purchase', horizonDays: 61 });
    const { summary } = JSON.parse(await asked('/analyses/calibration?asOf=1997-10-31&measure=no-purchase')) as Answer;
    expect(summary).toMatchObject({ predictions: made.customers, scored: made.customers, models: ['churn-USD/1'] });
    // On average it happens as often as was foretold.
    expect(Math.abs(summary['error'] as number)).toBeLessThan(0.3);
    const [trained] = await place.json<{ version: number }[]>('models', 'train', '--model', 'churn', '--as-of', '1997-08-31', '--from', '1997-06-30', '--promote');
    expect(await place.json('models', 'predict', '--model', 'churn', '--promoted', '--as-of', '1997-09-30', '--from', '1997-06-30')).toMatchObject({ model: `churn-USD/${trained!.version}`, horizonDays: 62 });
  });

  it('has renewals on record, by the period that they are counted in', async () => {
    const [trained] = await place.json<object[]>('models', 'train', '--model', 'renewals', '--period', 'month', '--as-of', '1997-07-31', '--promote');
    expect(trained).toMatchObject({ modelId: 'bg_bb-month-USD', version: 1, promoted: true, parameters: { alpha: expect.any(Number), delta: expect.any(Number) } });
    expect(await place.json('models', 'predict', '--model', 'renewals', '--period', 'month', '--next', '2', '--as-of', '1997-07-31')).toMatchObject({ model: 'bg_bb-month-USD/1', measure: 'renewals', horizonDays: 61 });
    const { summary } = JSON.parse(await asked('/analyses/calibration?asOf=1997-09-30&measure=renewals')) as Answer;
    expect(summary).toMatchObject({ scored: CUSTOMERS, models: ['bg_bb-month-USD/1'] });
    expect(Math.abs(summary['error'] as number)).toBeLessThan(0.5);
  });

  it('has groups of behaviour on record, with method and seed', async () => {
    const [trained] = await place.json<object[]>('models', 'train', '--model', 'groups', '--as-of', '1997-07-31');
    expect(trained).toMatchObject({ modelId: 'groups-USD', version: 1, promoted: false, parameters: { '1.customers': expect.any(Number), '4.spend': expect.any(Number) } });
    const { item } = JSON.parse(await asked('/views/model_registry/groups-USD%2F1')) as { item: object };
    expect(item).toMatchObject({ method: 'k_means', diagnostics: { seed: 1, groups: 4 }, data: { asOf: '1997-07-31T23:59:59.999Z', observations: CUSTOMERS } });
  });

  it('has every row of customers explained by what it would be without some events', async () => {
    const { factors, by } = JSON.parse(await asked('/analyses/expected_purchases/rows/cdnow-00001?asOf=1997-08-31')) as { factors: { factor: string; value: number; without: number | null; events: string[] }[]; by: object };
    expect(factors.map(({ factor }) => factor)).toEqual(expect.arrayContaining(['probabilityAlive', 'expectedPurchases']));
    expect(by).toMatchObject({ version: 1, models: { bg_nbd: 'bg_nbd-USD/1' }, rules: expect.arrayContaining([{ source: 'models', key: 'bg_nbd-USD/1', event: expect.any(String) }]) });
  });
});
