import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { REPORTED, reportPage, type Answered, type ReportData } from '#report';

const BROWSER = '/usr/bin/chromium';
const present = existsSync(BROWSER);
if (!present) console.log(`Skipped: there is no ${BROWSER}.`);

const now = '2026-01-31T23:59:59.999Z';

const answered = (analysis: string, found: Partial<Answered>): Answered => ({ analysis, version: 1, now, position: 42, rows: [], summary: {}, notes: [], plots: [], ...found });

const data: ReportData = {
  seven_p: answered('seven_p', { rows: [{ p: 'persistency', figure: 'repeat rate', value: 0.25, unit: 'share', from: 'persistency' }, { p: 'product', figure: 'surest rule', value: null, unit: null, from: 'association_rules' }] }),
  stage_transitions: answered('stage_transitions', {
    from: '2025-11-02T23:59:59.999Z', notes: ['<script>alert(1)</script>'],
    rows: [{ from: 'loyal', to: 'at_risk', customers: 3 }, { from: 'at_risk', to: 'loyal', customers: 2 }, { from: 'none', to: 'first_purchase', customers: 5 }],
  }),
  cohorts: answered('cohorts', { rows: [{ cohort: '2025-12', month: 0, customers: 4, share: 1 }, { cohort: '2025-12', month: 1, customers: 4, share: 0.5 }, { cohort: '2026-01', month: 0, customers: 6, share: 1 }] }),
  pyramid: answered('pyramid', { summary: { gini: 0.3, currency: 'EUR' }, plots: [{ title: 'Lorenz', series: [{ name: 'revenue', points: [[0, 0], [0.5, 0.2], [1, 1]] }] }] }),
  rfm: answered('rfm', { summary: { currency: 'EUR' }, rows: [{ recencyScore: 5, frequencyScore: 5, monetary: 100 }, { recencyScore: 5, frequencyScore: 5, monetary: 140 }, { recencyScore: 1, frequencyScore: 2, monetary: 30 }] }),
  churn_risk: answered('churn_risk', { summary: { customers: 10, churned: 4, learntAsOf: '2025-08-01T00:00:00.000Z', horizonDays: 183, crossValidated: { areaUnderCurve: 0.8, brierScore: 0.15, calibration: [{ customers: 5, predicted: 0.2, observed: 0.25 }, { customers: 5, predicted: 0.7, observed: 0.65 }] } } }),
  calibration: answered('calibration', { rows: [{ bin: 1, customers: 3, expected: 0.4, actual: 0.33 }, { bin: 2, customers: 3, expected: 2.5, actual: 2 }] }),
};

const nothing = Object.fromEntries(REPORTED.map((name) => [name, answered(name, { notes: [`There is nothing to say of ${name}.`] })])) as unknown as ReportData;

describe('the report', () => {
  it('is one page with six charts, the board and their numbers, which names its sources and has nothing to load', () => {
    const page = reportPage(data);
    expect(page.match(/<svg /g)).toHaveLength(6);
    expect(page).toContain('<td>5</td><td>5</td><td>2</td><td>120</td>');
    expect(page).toContain('<td>surest rule</td><td>not known</td>');
    expect(page).toContain('stage_transitions, version 1, as of 2026-01-31T23:59:59.999Z, position 42.');
    expect(page).not.toMatch(/<script|<link|<img|\ssrc=|url\(http/);
    expect(page).toContain('&lt;script&gt;');
  });

  it('says in words what there is nothing to draw of', () => {
    const page = reportPage(nothing);
    expect(page).not.toContain('<svg');
    expect(page.match(/There is nothing to draw\./g)).toHaveLength(6);
    expect(page).toContain('There is nothing to say of churn_risk.');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  (present ? it : it.skip)('opens in a browser without a network, and its charts are there to see', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'guanxi-report-'));
    const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      await writeFile(join(folder, 'report.html'), reportPage(data));
      const page = await browser.newPage({ offline: true });
      const [requests, problems] = [[] as string[], [] as string[]];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      const address = pathToFileURL(join(folder, 'report.html')).href;
      await page.goto(address);
      const sizes = await page.evaluate<number[]>("[...document.querySelectorAll('svg')].map((chart) => chart.getBoundingClientRect().height)");
      expect([sizes.length, Math.min(...sizes) > 200]).toEqual([6, true]);
      expect(await page.locator('svg').first().textContent()).toContain('at_risk');
      expect([requests, problems]).toEqual([[address], []]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
