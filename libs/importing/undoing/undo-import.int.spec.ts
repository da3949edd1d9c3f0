import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine, type RecordedEvent } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { knownFormats, importFile, ImportInUse, undoImport, UnknownImport } from '../index.js';
import { instanceOf } from '../running/instances.js';

const ROWS = ['00001 19970101 1 11.77', '00002 19970112 1 12.00', '00002 19970112 5 77.00', '00003 19970102 2 20.76'];
const reason = 'The wrong file';

let folder: string;
let file: string;
const running = new Set<Engine>();

async function started(): Promise<Engine> {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
  running.add(engine);
  await engine.start();
  await publishDefaultPolicies(engine);
  return engine;
}

const importing = (engine: Engine) => importFile(engine, 'purchases', file, knownFormats['cdnow'], { rejects: join(folder, 'rejects.csv') });

const send = (engine: Engine, name: string, fields: object) => engine.commands.execute(instanceOf(engine.commands.byName(name)!.command as never, fields as never));

async function logOf(engine: Engine): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for await (const page of engine.events.readAll()) log.push(...page.events);
  return log;
}

/** All that can be seen, except what tells of imports themselves. */
async function seen(engine: Engine): Promise<Record<string, unknown[]>> {
  const views: Record<string, unknown[]> = {};
  for (const name of engine.projector.names()) {
    expect(await engine.projector.reaches(name, await engine.events.head(), 10_000)).toBe(true);
    if (name !== 'import_batches') views[name] = await engine.documents.find(engine.projector.get(name).answering!);
  }
  return views;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-undo-'));
  file = join(folder, 'sample.txt');
  await writeFile(file, ROWS.join('\n'));
});

afterEach(async () => {
  for (const engine of running) await engine.stop();
  running.clear();
  await rm(folder, { recursive: true });
});

describe('an import that is undone', () => {
  it('leaves no trace in any view as of any moment, while the trail shows both', async () => {
    const engine = await started();
    const before = await seen(engine);
    const { importId } = await importing(engine);
    expect((await seen(engine))['purchases']).toHaveLength(4);
    expect(await undoImport(engine, importId!, { reason })).toEqual({ importId, events: 7, streams: 7, kept: 0, already: false });
    expect(await seen(engine)).toEqual(before);
    expect((await engine.views.find('purchases', {}, { moment: { asOf: '1997-12-31T00:00:00.000Z' } })).value.items).toEqual([]);
    const log = await logOf(engine);
    expect(log.filter(({ type }) => type === 'PurchaseRecorded')).toHaveLength(4);
    expect(log.filter(({ type }) => type === 'EventsWithdrawn')).toHaveLength(7);
    const { value } = await engine.views.get('import_batches', importId!);
    expect(value).toMatchObject({ status: 'reverted', rows: 4, added: 4, reverted: { events: 7, reason } });
  });

  it('may have 10,000 rows', async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => `${String(row % 2_000).padStart(5, '0')} 1997${String(1 + (row % 12)).padStart(2, '0')}${String(1 + (row % 28)).padStart(2, '0')} 1 ${row}.00`);
    await writeFile(file, rows.join('\n'));
    const engine = await started();
    const before = await seen(engine);
    const { importId } = await importing(engine);
    expect((await seen(engine))['purchases']).toHaveLength(10_000);
    expect(await undoImport(engine, importId!, { reason })).toMatchObject({ events: 12_000, kept: 0 });
    expect(await seen(engine)).toEqual(before);
    expect((await logOf(engine)).filter(({ type }) => type === 'EventsWithdrawn')).toHaveLength(12_000);
  }, 60_000);

  it('is undone once, however often that is asked', async () => {
    const engine = await started();
    const { importId } = await importing(engine);
    await undoImport(engine, importId!, { reason });
    const log = await logOf(engine);
    expect(await undoImport(engine, importId!, { reason })).toMatchObject({ events: 0, already: true });
    expect(await logOf(engine)).toEqual(log);
  });

  it('can be imported again, and that can be undone too', async () => {
    const engine = await started();
    const before = await seen(engine);
    const first = await importing(engine);
    const imported = await seen(engine);
    await undoImport(engine, first.importId!, { reason });
    const second = await importing(engine);
    expect(second).toMatchObject({ added: 4, duplicates: 0, rejected: 0 });
    expect(second.importId).not.toBe(first.importId);
    const again = await seen(engine);
    expect(again['purchases']).toEqual(imported['purchases']);
    expect(again['customers']).toEqual(imported['customers']);
    expect(await importing(engine)).toMatchObject({ added: 0, duplicates: 4, importId: null });
    await undoImport(engine, second.importId!, { reason });
    expect(await seen(engine)).toEqual(before);
  });

  it('is refused where something else rests on it, which is named, unless that is to be kept', async () => {
    const engine = await started();
    const { importId } = await importing(engine);
    await send(engine, 'RecordPurchase', { purchaseId: 'later', customerId: 'cdnow-00002', amount: { amount: 100, currency: 'USD' }, occurredAt: '1998-01-01T00:00:00.000Z' });
    const log = await logOf(engine);
    await expect(undoImport(engine, importId!, { reason })).rejects.toThrow(/customer-cdnow-00002: PurchaseRecorded in purchase-later/);
    await expect(undoImport(engine, importId!, { reason })).rejects.toThrow(ImportInUse);
    expect(await logOf(engine)).toEqual(log);
    expect(await undoImport(engine, importId!, { reason, keepUsed: true })).toMatchObject({ events: 6, kept: 1 });
    const views = await seen(engine);
    expect(views['customers']).toMatchObject([{ _id: 'cdnow-00002' }]);
    expect(views['purchases']).toMatchObject([{ _id: 'later' }]);
  });

  it('goes on where it was broken off', async () => {
    const engine = await started();
    const before = await seen(engine);
    await writeFile(file, Array.from({ length: 600 }, (_, row) => `${String(row).padStart(5, '0')} 19970101 1 1.00`).join('\n'));
    const { importId } = await importing(engine);
    const interrupted = new AbortController();
    const stopped = await undoImport(engine, importId!, { reason, signal: interrupted.signal, onProgress: () => interrupted.abort() });
    expect(stopped.streams).toBeGreaterThan(0);
    const rest = await undoImport(engine, importId!, { reason });
    expect(stopped.events + rest.events).toBe(1_200);
    expect(await seen(engine)).toEqual(before);
  });

  it('is refused where there is none of this id', async () => {
    await expect(undoImport(await started(), 'none', { reason })).rejects.toThrow(UnknownImport);
  });
});
