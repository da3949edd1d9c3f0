import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findingsOf } from '../testing/analysing.js';
import { bought, cdnowPurchases, history, publishedPolicies } from '../testing/purchases.js';
import { persistency } from './persistency.analysis.js';
import { repeatBuyingOfAll } from './repeat-buying.analysis.js';

const DATA = resolve('../shared/data/cdnow');
const present = existsSync(DATA);
if (!present) console.log(`Skipped: there is no ${DATA}.`);
const NOW = '2026-06-30T23:59:59.999Z';

// Real data are no part of the project: where they are missing, this is skipped, and said so above.
(present ? describe : describe.skip)('The repeat buying of the CDNOW sample as of 1997-09-30', () => {
  it('is the published summary of all 2,357 customers, told from the full history', async () => {
    const moment = '1997-09-30T23:59:59.999Z';
    const events = [...history(...publishedPolicies), ...cdnowPurchases(readFileSync(resolve(DATA, 'CDNOW_sample.txt'), 'utf8'), true)];
    // As of a moment counts what had happened by then; test/properties shows that the engine does so.
    const { rows, summary } = await findingsOf(repeatBuyingOfAll, events.filter(({ occurredAt }) => occurredAt <= moment), moment);
    expect(summary).toMatchObject({ currency: 'USD', buyers: 2357 });
    const published = readFileSync(resolve(DATA, 'cdnow_customers_summary.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').map(Number));
    expect(rows).toHaveLength(published.length);
    published.forEach(([id, repeats, recency, age], index) => {
      const row = rows[index]! as { customerId: string; repeats: number; recency: number; age: number };
      expect([Number(row.customerId), row.repeats]).toEqual([id, repeats]);
      expect(Math.abs(row.recency - recency!)).toBeLessThan(0.01);
      expect(Math.abs(row.age - age!)).toBeLessThan(0.01);
    });
  });
});

describe('Persistency', () => {
  it('counts chains of purchases that renew one another in time', async () => {
    const days = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-06-20'];
    const events = history(...publishedPolicies, ...days.map((day, index) => [day, bought('c1', `p${index}`, 100)] as const), ['2026-01-05', bought('c2', 'q', 100)]);
    const { rows, summary } = await findingsOf(persistency, events, NOW);
    expect(rows).toEqual([
      { customerId: 'c1', purchaseDays: 4, meanIntervalDays: 170 / 3, chain: 1, isUnbroken: true, longestChain: 3, chains: 2, renewalRate: 2 / 3 },
      { customerId: 'c2', purchaseDays: 1, meanIntervalDays: null, chain: 1, isUnbroken: false, longestChain: 1, chains: 1, renewalRate: 0 },
    ]);
    expect(summary).toMatchObject({ buyers: 2, repeatRate: 0.5, renewalRate: 0.5, unbroken: 1 });
  });

  it('says in words what it cannot say in numbers', async () => {
    const single = history(...publishedPolicies, ['2026-01-01', bought('c1', 'p', 0)], ['2026-01-01', bought('c1', 'q', 5, 'EUR')]);
    const found = await findingsOf(persistency, single, NOW);
    expect(found.summary).toMatchObject({ repeatRate: 0, meanIntervalDays: null });
    expect(found.notes.join(' ')).toMatch(/EUR of 1 customers are left out.*Nobody bought on a second day/);
    expect((await findingsOf(persistency, single.slice(2), NOW)).notes).toEqual([expect.stringMatching('No loyalty policy')]);
    expect((await findingsOf(repeatBuyingOfAll, history(...publishedPolicies), NOW)).summary).toMatchObject({ buyers: 0, repeatRate: null });
  });
});
