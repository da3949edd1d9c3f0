import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { UnusableFile } from '../source/source-file.js';
import { undoImport } from '../undoing/undo-import.js';
import { importSales } from './import-sales.js';
import { settlementOf } from './settlement.js';

const FILES = {
  'sales_teams.csv': 'sales_agent,manager,regional_office\nMei Lin,Ida Berg,East\nBo Ek,Ida Berg,East\n',
  'products.csv': 'product,series,sales_price\nTea Pot,Tea,25\nGong Fu Set,Tea,120\n',
  'accounts.csv': 'account,sector,year_established,revenue,employees,office_location,subsidiary_of\nHarbour Books,retial,1990,1.5,12,Swedn,\nHarbour Cafe,hospitality,2001,0.2,5,Sweden,Harbour Books\n',
  'sales_pipeline.csv': [
    'opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value',
    'o1,Mei Lin,Tea Pot,Harbour Books,Won,1/5/2017,2/1/2017,24',
    'o2,Mei Lin,TeaPot,Harbour Books,Won,1/7/2017,2/9/2017,25',
    'o3,Bo Ek,Gong Fu Set,,Engaging,3/1/2017,,',
    'o4,Bo Ek,Gong Fu Set,Harbour Cafe,Lost,2/1/2017,1/1/2017,0',
    'o5,Nobody,Tea Pot,Harbour Cafe,Prospecting,,,',
  ].join('\n'),
};

let folder: string;
let engine: Engine;

const importing = (settlement: object = {}) => importSales(engine, folder, settlementOf(settlement), { rejects: join(folder, 'rejects.csv') });
const rows = async (view: string) => (await engine.views.find(view, {}, { after: await engine.events.head() })).value.items;

describe('Importing a folder of sales', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-sales-'));
    for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
    engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
    await engine.start();
    await publishDefaultPolicies(engine);
  });

  afterEach(async () => {
    await engine.stop();
    await rm(folder, { recursive: true });
  });

  it('rejects what is not settled, says what may be meant, and takes it when it is settled', async () => {
    const first = await importing();
    expect(first).toMatchObject({ read: 11, rejected: 5 });
    expect(first.findings).toEqual(expect.arrayContaining([
      { what: 'unknown product', value: 'TeaPot', rows: 1, suggestion: 'Tea Pot' },
      { what: 'misspelt sector', value: 'retial', rows: 1, suggestion: 'retail' },
      { what: 'unknown country', value: 'Swedn', rows: 1, suggestion: 'Sweden' },
      { what: 'unknown agent', value: 'Nobody', rows: 1 },
    ]));
    const rejects = (await readFile(join(folder, 'rejects.csv'), 'utf8')).trim().split('\n').slice(1);
    expect(rejects.map((line) => line.split(',')[0]).sort()).toEqual(['accounts.csv:2', 'sales_pipeline.csv:2', 'sales_pipeline.csv:3', 'sales_pipeline.csv:5', 'sales_pipeline.csv:6']);
    expect(rejects.find((line) => line.startsWith('sales_pipeline.csv:5'))).toContain('not before it');

    const second = await importing({ products: { TeaPot: 'Tea Pot' }, sectors: { retial: 'retail' }, countries: { Swedn: 'Sweden' }, agents: { Nobody: 'Bo Ek' } });
    expect(second).toMatchObject({ read: 11, rejected: 1 });
    expect((await rows('pipeline')).map(({ _id, status }) => [_id, status]).sort()).toEqual([['o1', 'won'], ['o2', 'won'], ['o3', 'open'], ['o4', 'open'], ['o5', 'open']]);
    expect(await rows('customers')).toMatchObject([{ name: 'Harbour Books', country: 'SE' }, { name: 'Harbour Cafe', parentId: expect.stringContaining('harbour-books') }]);
  });

  it('is one import, which can be undone', async () => {
    const before = await rows('process_versions');
    const { importId } = await importing();
    expect(await undoImport(engine, importId!, { reason: 'The wrong folder' })).toMatchObject({ kept: 0, already: false });
    for (const view of ['pipeline', 'customers', 'representatives', 'offerings', 'price_history']) expect([view, await rows(view)]).toEqual([view, []]);
    expect(await rows('process_versions')).toEqual(before);
  });

  it('says which file is missing, and which column', async () => {
    await writeFile(join(folder, 'products.csv'), 'product,series\nTea Pot,Tea\n');
    await expect(importing()).rejects.toThrow('products.csv lacks the columns sales_price');
    await rm(join(folder, 'products.csv'));
    await expect(importing()).rejects.toThrow(UnusableFile);
  });
});

describe('A settlement', () => {
  it.each([[[]], [{ products: ['TeaPot'] }], [{ products: { TeaPot: 3 } }], [{ wares: {} }]])('is not such as %j', (json) => {
    expect(() => settlementOf(json)).toThrow('The mapping is not valid');
  });
});
