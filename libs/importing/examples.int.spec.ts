import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contexts } from '#composition';
import { Engine, type RecordedEvent } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { importFile, MAIN_COMMANDS, mappingOf, type FileKind } from './index.js';

const example = (name: string) => fileURLToPath(new URL(`../../../libs/importing/examples/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'guanxi-examples-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
});

/** Imports the example of a kind. @returns its summary and its rejects. */
async function imported(kind: FileKind) {
  const mapping = mappingOf(JSON.parse(readFileSync(example(`${kind}.mapping.json`), 'utf8')), MAIN_COMMANDS[kind]);
  const rejects = join(folder, `${kind}.rejects.csv`);
  const { read, added, rejected, rejectsFile } = await importFile(engine, kind, example(`${kind}.csv`), { mapping }, { rejects });
  return { read, added, rejected, rejects: rejectsFile === null ? '' : readFileSync(rejectsFile, 'utf8') };
}

async function recorded(...types: string[]): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for await (const { events } of engine.events.readAll({ filter: { types } })) log.push(...events);
  return log;
}

describe('The examples of the documentation', () => {
  it('import customers with what is known of them', async () => {
    expect(await imported('customers')).toMatchObject({ read: 3, added: 2, rejected: 1, rejects: expect.stringContaining('4,"Kind: ""other"" is none of private, firm') });
    expect((await engine.aggregates.state(engine.aggregate('customer')!, 'K-17')).state).toMatchObject({
      kind: 'person', name: 'Brandt, Ida', demographics: { birthDate: '1988-02-14' }, contactMethods: [{ type: 'e-mail', value: 'ida.brandt@example.com' }], address: { lines: ['Hafenweg 3'], city: 'Kiel', country: 'DE' },
    });
  });

  it('import what was said with them', async () => {
    expect(await imported('interactions')).toMatchObject({ read: 2, added: 2, rejected: 0 });
    expect((await recorded('InteractionRecorded')).map(({ stream, occurredAt, data }) => ({ stream, occurredAt, ...data }))).toEqual(expect.arrayContaining([
      expect.objectContaining({ stream: 'interaction-call-1', occurredAt: '2026-01-05T08:30:00.000Z', customerId: 'K-17', channel: 'phone', direction: 'inbound' }),
    ]));
  });

  it('import what they bought', async () => {
    expect(await imported('purchases')).toMatchObject({ read: 3, added: 2, rejected: 1, rejects: expect.stringContaining('4,"Day: ""31.02.2026"" is not a date that exists, written as dd.MM.yyyy"') });
    const first = (await recorded('PurchaseRecorded')).find(({ stream }) => stream === 'purchase-A-1001');
    expect(first).toMatchObject({
      occurredAt: '2026-01-04T23:00:00.000Z',
      data: { amount: { amount: 120_450, currency: 'EUR' }, channel: 'shop', items: [{ product: 'Teekanne', quantity: 2 }] },
    });
    expect((first!.data as { customerId: string }).customerId).toMatch(/^muller-sohne-[0-9a-f]{12}$/);
  });
});
