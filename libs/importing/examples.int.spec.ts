import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contexts } from '#composition';
import { Engine, type RecordedEvent } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { importFile, MAIN_COMMANDS, mappingOf } from './index.js';

const example = (name: string) => fileURLToPath(new URL(`../../../libs/importing/examples/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'guanxi-examples-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('The example of the documentation', () => {
  it('imports what it is there to show', async () => {
    const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
    const mapping = mappingOf(JSON.parse(readFileSync(example('purchases.mapping.json'), 'utf8')), MAIN_COMMANDS.purchases);
    const rejects = join(folder, 'rejects.csv');
    expect(await importFile(engine, 'purchases', example('purchases.csv'), { mapping }, { rejects })).toMatchObject({ read: 3, added: 2, rejected: 1 });
    expect(readFileSync(rejects, 'utf8')).toContain('4,"Day: ""31.02.2026"" is not a date that exists, written as dd.MM.yyyy"');
    const log: RecordedEvent[] = [];
    for await (const { events } of engine.events.readAll({ filter: { types: ['PurchaseRecorded'] } })) log.push(...events);
    const first = log.find(({ stream }) => stream === 'purchase-A-1001');
    expect(first).toMatchObject({
      occurredAt: '2026-01-04T23:00:00.000Z',
      data: { amount: { amount: 120_450, currency: 'EUR' }, channel: 'shop', items: [{ product: 'Teekanne', quantity: 2 }] },
    });
    expect((first!.data as { customerId: string }).customerId).toMatch(/^muller-sohne-[0-9a-f]{12}$/);
  });
});
