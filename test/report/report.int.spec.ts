import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { reportPage, type ReportData } from '#report';

const BROWSER = '/usr/bin/chromium';
const present = existsSync(BROWSER);
if (!present) console.log(`Skipped: there is no ${BROWSER}.`);

const now = '2026-01-31T23:59:59.999Z';

const data: ReportData = {
  customers: {
    analysis: 'customer_report', version: 1, now, position: 42, notes: ['<script>alert(1)</script>'],
    summary: {
      then: '2025-11-02T23:59:59.999Z', currency: 'EUR',
      flow: [{ from: 'loyal', to: 'at_risk', customers: 3 }, { from: 'at_risk', to: 'loyal', customers: 2 }, { from: null, to: 'first_purchase', customers: 5 }],
      cohorts: [{ month: '2025-12', customers: 4, shares: [1, 0.5] }, { month: '2026-01', customers: 6, shares: [1] }],
      lorenz: { currency: 'EUR', points: [[0, 0], [0.5, 0.2], [1, 1]], gini: 0.3 },
      rfm: [{ recency: 5, frequency: 5, customers: 3, meanAmount: 120 }, { recency: 1, frequency: 2, customers: 7, meanAmount: 30 }],
    },
  },
  churn: {
    analysis: 'churn_risk', version: 1, now, notes: [],
    summary: { model: 'logistic regression, ridge', customers: 10, churned: 4, learntAsOf: '2025-08-01T00:00:00.000Z', horizonDays: 183, crossValidated: { areaUnderCurve: 0.8, brierScore: 0.15, calibration: [{ customers: 5, predicted: 0.2, observed: 0.25 }, { customers: 5, predicted: 0.7, observed: 0.65 }] } },
  },
};

const nothing: ReportData = {
  customers: { ...data.customers, notes: ['There is no customer with a stage.'], summary: { then: now, currency: null, flow: [], cohorts: [], lorenz: null, rfm: [] } },
  churn: { ...data.churn, notes: ['There is no model: nobody had bought anything at the earlier moment.'], summary: { model: null } },
};

describe('the report', () => {
  it('is one page with five charts and their numbers, which names its sources and has nothing to load', () => {
    const page = reportPage(data);
    expect(page.match(/<svg /g)).toHaveLength(5);
    expect(page).toContain('customer_report, version 1, as of 2026-01-31T23:59:59.999Z, position 42.');
    expect(page).not.toMatch(/<script|<link|<img|\ssrc=|url\(http/);
    expect(page).toContain('&lt;script&gt;');
  });

  it('says in words what there is nothing to draw of', () => {
    const page = reportPage(nothing);
    expect(page).not.toContain('<svg');
    expect(page.match(/There is nothing to draw\./g)).toHaveLength(5);
    expect(page).toContain('There is no model');
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
      expect([sizes.length, Math.min(...sizes) > 200]).toEqual([5, true]);
      expect(await page.locator('svg').first().textContent()).toContain('at_risk');
      expect([requests, problems]).toEqual([[address], []]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
