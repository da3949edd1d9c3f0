import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { contexts } from '#composition';
import { Engine } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { importSales, type SalesImportSummary } from './import-sales.js';

jest.setTimeout(120_000);

const FOLDER = resolve('../shared/data/crm-sales');
const present = existsSync(FOLDER);
if (!present) console.log(`Skipped: there is no ${FOLDER}.`);

/** The files as anybody would read them, apart from everything that the import does. */
const rowsOf = (name: string) => {
  const [columns, ...lines] = readFileSync(join(FOLDER, name), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
  return lines.map((values) => Object.fromEntries(columns!.map((column, index) => [column, values[index]!])));
};
const isoDay = (text: string) => {
  const [month, day, year] = text.split('/') as [string, string, string];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
};
const countBy = <Row>(rows: Row[], keyOf: (row: Row) => string, amountOf: (row: Row) => number = () => 1) => {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[keyOf(row)] = (sums[keyOf(row)] ?? 0) + amountOf(row);
  return sums;
};

interface Total { key: string; opportunities: number; won: number; lost: number; wonValue: { USD?: number } }
interface Performance { key: string; won: number; lost: number; value: { USD?: number } }

// Real data are no part of the project: where they are missing, this is skipped, and said so above.
(present ? describe : describe.skip)('The import of crm-sales', () => {
  // No more views than are looked at.
  const engine = new Engine({ contexts: contexts.filter(({ name }) => name === 'customers' || name === 'sales'), events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
  const opportunities = present ? rowsOf('sales_pipeline.csv') : [];
  const regions: Record<string, string> = Object.fromEntries((present ? rowsOf('sales_teams.csv') : []).map((row) => [row['sales_agent']!, row['regional_office']!]));
  const won = opportunities.filter((row) => row['deal_stage'] === 'Won');
  const cents = (row: Record<string, string>) => Number(row['close_value']) * 100;
  const quarter = (row: Record<string, string>) => `2017-Q${Math.ceil(Number(row['close_date']!.split('/')[0]) / 3)}`;
  let folder: string;
  let summary: SalesImportSummary;
  let names: Record<string, string>;

  const report = async <Answer>(view: string, name: string, asOf?: string) =>
    (await engine.views.report(view, name, { after: await engine.events.head(), ...(asOf !== undefined && { moment: { asOf } }) })).value as Answer;
  const keyed = <Row extends { key: string }>(rows: Row[], valueOf: (row: Row) => number | undefined, name = (key: string) => key) =>
    Object.fromEntries(rows.map((row) => [name(row.key), valueOf(row)] as const).filter(([, value]) => value !== undefined && value !== 0));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-crm-sales-'));
    await engine.start(false);
    summary = await importSales(engine, FOLDER, {}, { rejects: join(folder, 'rejects.csv') });
    await engine.projector.start();
    const { items } = (await engine.views.find('representatives', { limit: 100 }, { after: await engine.events.head() })).value;
    names = Object.fromEntries(items.map((row) => [row['_id'] as string, row['name'] as string]));
  });

  afterAll(async () => {
    await engine.stop();
    await rm(folder, { recursive: true });
  });

  it('takes every row of the four files, and tells what is not as it should be in them', () => {
    expect(summary).toMatchObject({
      read: 8_927, added: 8_927, rejected: 0,
      files: [{ file: 'sales_teams.csv', added: 35 }, { file: 'products.csv', added: 7 }, { file: 'accounts.csv', added: 85 }, { file: 'sales_pipeline.csv', added: 8_800 }],
    });
    const told = Object.fromEntries(summary.findings.map(({ what, value, rows, settled }) => [value === '' ? what : `${what}: ${value}`, [rows, settled]]));
    expect(told).toMatchObject({
      'unknown product: GTXPro': [1_480, 'GTX Pro'],
      'misspelt sector: technolgy': [12, 'technology'],
      'unknown country: Philipines': [1, 'Philippines'],
      'unknown country: Korea': [1, 'South Korea'],
      'missing account': [1_425, 'opened without a customer'],
      'missing engage date': [500, expect.stringContaining('2017-12-31')],
      'parent company: Acme Corporation': [4, expect.anything()],
    });
  });

  it('gives the totals by stage, region, quarter and representative that the file has', async () => {
    const totals = await report<Record<'byStage' | 'byStatus' | 'byRegion' | 'byQuarter' | 'byRepresentative', Total[]>>('pipeline', 'totals');
    expect(keyed(totals.byStatus, (row) => row.opportunities)).toEqual(countBy(opportunities, (row) => ({ Won: 'won', Lost: 'lost' })[row['deal_stage']!] ?? 'open'));
    expect(keyed(totals.byStage, (row) => row.opportunities)).toEqual({ engaging: 1_589, prospecting: 500 });
    expect(keyed(totals.byRegion, (row) => row.opportunities)).toEqual(countBy(opportunities, (row) => regions[row['sales_agent']!]!));
    expect(keyed(totals.byRegion, (row) => row.wonValue.USD)).toEqual(countBy(won, (row) => regions[row['sales_agent']!]!, cents));
    expect(keyed(totals.byQuarter, (row) => row.wonValue.USD)).toEqual(countBy(won, quarter, cents));
    expect(keyed(totals.byRepresentative, (row) => row.wonValue.USD, (key) => names[key]!)).toEqual(countBy(won, (row) => row['sales_agent']!, cents));
  });

  it('gives the same sums in the sales performance', async () => {
    expect(keyed(await report<Performance[]>('sales_performance', 'by_region'), (row) => row.value.USD)).toEqual(countBy(won, (row) => regions[row['sales_agent']!]!, cents));
    expect(keyed(await report<Performance[]>('sales_performance', 'by_quarter'), (row) => row.won)).toEqual(countBy(won, quarter));
    expect(keyed(await report<Performance[]>('sales_performance', 'by_representative'), (row) => row.lost, (key) => names[key]!))
      .toEqual(countBy(opportunities.filter((row) => row['deal_stage'] === 'Lost'), (row) => row['sales_agent']!));
  });

  it.each(['2017-03-01', '2017-06-30', '2017-12-30'])('gives the pipeline as of %s', async (day) => {
    const { byStatus } = await report<{ byStatus: Total[] }>('pipeline', 'totals', `${day}T23:59:59.999Z`);
    const known = opportunities.filter((row) => row['engage_date'] !== '' && isoDay(row['engage_date']!) <= day);
    const ended = (row: Record<string, string>) => row['close_date'] !== '' && isoDay(row['close_date']!) <= day;
    expect(keyed(byStatus, (row) => row.opportunities)).toEqual(countBy(known, (row) => (ended(row) ? row['deal_stage']!.toLowerCase() : 'open')));
  });

  it('adds nothing when it is run again', async () => {
    const again = await importSales(engine, FOLDER, {}, { rejects: join(folder, 'rejects.csv') });
    expect(again).toMatchObject({ added: 0, duplicates: 8_927, rejected: 0, importId: null });
  });
});
