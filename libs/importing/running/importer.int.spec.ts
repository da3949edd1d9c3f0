import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contexts, loadConfiguration, openEngine, type OpenEngine } from '#composition';
import { Engine, StoreUnavailable, type Document, type EventStore, type RecordedEvent } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { cdnowFormats } from '../formats/cdnow.js';
import { MAIN_COMMANDS, type FileFormat, type FileKind } from '../formats/file-format.js';
import { InvalidMapping, mappingOf } from '../mapping/mapping.js';
import { UnusableFile } from '../source/source-file.js';
import { importFile, type ImportOptions } from './importer.js';
import { RejectsNotWritable } from './rejects-file.js';

jest.setTimeout(60_000);

const { cdnow } = cdnowFormats;
const HEADER = ' customer_id  date number_of_cds  dollar_value \r\n';
const SIX_ROWS = `${HEADER} 00001 19970101  1   11.77 \r\n 00002 19970112  1   12.00 \r\n 00002 19970112  5   77.00 \r\n 00002 19970112  5   77.00 \r\n 00003 19970102  2    0.00 \r\n 00003 19970330  2   20.76 \r\n`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-import-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const inMemory = (events: EventStore = new MemoryEventStore(), documents = new MemoryDocumentStore()) => new Engine({ contexts, events, documents });

async function write(content: string | Uint8Array, name = 'file.txt'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const importing = (engine: Engine, path: string, format: FileFormat = cdnow, kind: FileKind = 'purchases', options: Partial<ImportOptions> = {}) =>
  importFile(engine, kind, path, format, { rejects: join(folder, 'rejects.csv'), ...options });

/** What rows have recorded: without what tells of the imports themselves. */
async function logOf({ events }: Pick<Engine, 'events'>): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for await (const page of events.readAll()) log.push(...page.events.filter(({ stream }) => !stream.startsWith('customerimport-')));
  return log;
}

const csv = (json: object, kind: FileKind): FileFormat => ({ mapping: mappingOf(json, MAIN_COMMANDS[kind]) });

describe('Importing purchases of CDNOW into a data folder', () => {
  let opened: OpenEngine;

  beforeEach(async () => {
    opened = await openEngine(loadConfiguration({ GUANXI_DATA: join(folder, 'data') }), { project: false });
  });

  afterEach(() => opened.close());

  it('records every row, and registers each customer once on the day of the first purchase', async () => {
    const summary = await importing(opened.engine, await write(SIX_ROWS));
    expect(summary).toEqual({ read: 6, added: 6, duplicates: 0, rejected: 0, rejectsFile: null, importId: expect.any(String), seconds: expect.any(Number) });
    const log = await logOf(opened.engine);
    const registered = log.filter(({ type }) => type === 'CustomerRegistered');
    expect(registered.map(({ stream, occurredAt }) => `${stream} ${occurredAt.slice(0, 10)}`).sort()).toEqual([
      'customer-cdnow-00001 1997-01-01', 'customer-cdnow-00002 1997-01-12', 'customer-cdnow-00003 1997-01-02',
    ]);
    const purchases = log.filter(({ type }) => type === 'PurchaseRecorded');
    expect(purchases.map(({ stream }) => stream).sort()).toEqual([
      'purchase-cdnow-00001-19970101-1', 'purchase-cdnow-00002-19970112-1', 'purchase-cdnow-00002-19970112-2', 'purchase-cdnow-00002-19970112-3',
      'purchase-cdnow-00003-19970102-1', 'purchase-cdnow-00003-19970330-1',
    ]);
    expect(purchases[0]?.metadata).toMatchObject({ actor: 'import', source: 'import:file.txt', command: 'RecordPurchase' });
  });

  it('keeps the rows of each customer in the order of the file', async () => {
    const days = Array.from({ length: 28 }, (_, day) => `199702${String(day + 1).padStart(2, '0')}`);
    const rows = days.flatMap((day) => ['00007', '00008', '00009'].map((customer) => `${customer} ${day} 1 1.00\n`));
    await importing(opened.engine, await write(rows.join('')));
    const log = await logOf(opened.engine);
    for (const customer of ['00007', '00008', '00009']) {
      const own = log.filter(({ data }) => (data as { customerId?: string }).customerId === `cdnow-${customer}`);
      expect(own[0]?.type).toBe('CustomerRegistered');
      expect(own.slice(1).map(({ occurredAt }) => occurredAt.slice(0, 10).replaceAll('-', ''))).toEqual(days);
    }
  });

  it('adds nothing when it is run again, and then sends no command either', async () => {
    const path = await write(SIX_ROWS);
    await importing(opened.engine, path);
    const before = await logOf(opened.engine);
    const [handle, handleFirst] = [jest.spyOn(opened.engine.aggregates, 'handle'), jest.spyOn(opened.engine.aggregates, 'handleFirst')];
    expect(await importing(opened.engine, path)).toMatchObject({ read: 6, added: 0, duplicates: 6, rejected: 0 });
    for (const sent of [handle, handleFirst]) expect(sent).not.toHaveBeenCalled();
    expect(await logOf(opened.engine)).toEqual(before);
  });

  it('adds nothing for the same rows in another file, which it knows by what they say', async () => {
    await importing(opened.engine, await write(SIX_ROWS));
    const before = await logOf(opened.engine);
    const handle = jest.spyOn(opened.engine.aggregates, 'handle');
    expect(await importing(opened.engine, await write(SIX_ROWS.replaceAll('\r', ''), 'copy.txt'))).toMatchObject({ added: 0, duplicates: 6 });
    expect(handle.mock.calls.filter(([{ aggregate }]) => aggregate.name === 'purchase')).toHaveLength(6);
    expect(await logOf(opened.engine)).toEqual(before);
  });

  it('adds only what is new when rows were added to the file', async () => {
    await importing(opened.engine, await write(SIX_ROWS));
    const longer = `${SIX_ROWS} 00003 19970330  1    1.00 \r\n 00004 19970401  1    1.00 \r\n`;
    expect(await importing(opened.engine, await write(longer))).toMatchObject({ read: 8, added: 2, duplicates: 6 });
  });

  it('puts bad rows into a file with line number, reason and the row, and loads the others', async () => {
    const bad = [
      ['00010 19970230 1 1.00', 'date: "19970230" is not a date that exists, written as yyyyMMdd'],
      ['00011 19970101 1 12.345', 'dollars: "12.345" has more decimals than USD, which has 2'],
      ['00012 19970101 1 -5.00', /amount.*must not be negative/],
      ['00013 19970101 0 5.00', /quantity must not be less than 1/],
      ['00014 19970101 1', 'it has 3 columns where 4 are expected'],
      ['00015 19970101 1 1e9', 'dollars: "1e9" is not a number such as 234.50'],
      ['00016 19970101 1 NaN', 'dollars: "NaN" is not a number such as 234.50'],
      ['00017 29970101 1 1.00', /lies in the future/],
      [`${'9'.repeat(120)} 19970101 1 1.00`, /must be an id of 1 to 100/],
      ['0\u00001 19970101 1 1.00', /\S/],
    ] as const;
    const path = await write(`${SIX_ROWS}${bad.map(([row]) => `${row}\n`).join('')} 00020 19970101 1 1.00`);
    const summary = await importing(opened.engine, path);
    expect(summary).toMatchObject({ read: 17, added: 7, duplicates: 0, rejected: 10, rejectsFile: join(folder, 'rejects.csv') });
    const [header, ...rejects] = (await readFile(summary.rejectsFile!, 'utf8')).trimEnd().split('\n');
    expect(header).toBe('line,reason,row');
    rejects.sort((one, other) => parseInt(one) - parseInt(other));
    expect(rejects.map((line) => parseInt(line))).toEqual(bad.map((_, index) => 8 + index));
    bad.forEach(([row, reason], index) => {
      expect(rejects[index]).toContain(row);
      // Jest takes a text as a part of another, a pattern as a pattern.
      expect(rejects[index]!.replaceAll('""', '"')).toMatch(reason);
    });
    const customers = (await logOf(opened.engine)).filter(({ type }) => type === 'CustomerRegistered').map(({ stream }) => stream);
    expect(customers.sort()).toEqual(['00001', '00002', '00003', '00020'].map((customer) => `customer-cdnow-${customer}`));
  });

  it('rejects the same rows when it is run again, and takes them once they are corrected', async () => {
    const wrong = `${SIX_ROWS}00010 19970101 1 -5.00\n00011 19970101 1 x\n`;
    const path = await write(wrong);
    await importing(opened.engine, path);
    const rejects = await readFile(join(folder, 'rejects.csv'), 'utf8');
    expect(await importing(opened.engine, path)).toMatchObject({ read: 8, added: 0, duplicates: 6, rejected: 2 });
    expect((await readFile(join(folder, 'rejects.csv'), 'utf8')).split('\n').sort()).toEqual(rejects.split('\n').sort());
    const right = await write(wrong.replace('-5.00', '5.00').replace('1 x', '1 1.00'));
    expect(await importing(opened.engine, right)).toMatchObject({ added: 2, duplicates: 6, rejected: 0, rejectsFile: null });
    expect(existsSync(join(folder, 'rejects.csv'))).toBe(false);
  });

  it('says that a purchase says something else now, instead of passing over it', async () => {
    await importing(opened.engine, await write(SIX_ROWS));
    const summary = await importing(opened.engine, await write(SIX_ROWS.replace('11.77', '11.78')));
    expect(summary).toMatchObject({ added: 0, duplicates: 5, rejected: 1 });
    expect(await readFile(summary.rejectsFile!, 'utf8')).toMatch(/^2,.*is recorded; correct it with CorrectPurchase/m);
  });

  it('records purchases of a customer who is registered in another way, and leaves that as it is', async () => {
    const customers = csv({ fields: { customerId: { column: 'Id' }, kind: { value: 'person' }, name: { column: 'Name' } } }, 'customers');
    await importing(opened.engine, await write('Id,Name\ncdnow-00001,Ada Lovelace\n', 'customers.csv'), customers, 'customers');
    expect(await importing(opened.engine, await write(SIX_ROWS))).toMatchObject({ added: 6, rejected: 0 });
    const names = (await logOf(opened.engine)).filter(({ stream }) => stream === 'customer-cdnow-00001').map(({ data }) => (data as { name: string }).name);
    expect(names).toEqual(['Ada Lovelace']);
  });

  it('decides nothing for a registration that is not needed, as often as the customer comes', async () => {
    const handleFirst = jest.spyOn(opened.engine.aggregates, 'handleFirst');
    await importing(opened.engine, await write(SIX_ROWS));
    expect(handleFirst).toHaveBeenCalledTimes(3);
    await importing(opened.engine, await write(`${SIX_ROWS}00001 19970301 1 1.00\n`, 'more.txt'));
    expect((await logOf(opened.engine)).filter(({ stream }) => stream === 'customer-cdnow-00001')).toHaveLength(1);
  });

  it('stops after the rows under way when it is told to, and goes on later', async () => {
    const rows = Array.from({ length: 3_000 }, (_, row) => `${String(row).padStart(5, '0')} 19970101 1 1.00\n`);
    const path = await write(rows.join(''));
    const ending = new AbortController();
    const stopped = await importing(opened.engine, path, cdnow, 'purchases', {
      inFlight: 100, signal: ending.signal, onProgress: ({ added }) => void (added > 500 && ending.abort()),
    });
    expect(stopped.read).toBeLessThan(3_000);
    expect(stopped.added).toBe(stopped.read);
    const [handle, handleFirst] = [jest.spyOn(opened.engine.aggregates, 'handle'), jest.spyOn(opened.engine.aggregates, 'handleFirst')];
    expect(await importing(opened.engine, path)).toMatchObject({ read: 3_000, added: 3_000 - stopped.added, duplicates: stopped.added });
    for (const sent of [handle, handleFirst]) expect(sent.mock.calls.filter(([{ aggregate }]) => aggregate.name !== 'customerimport')).toHaveLength(3_000 - stopped.added);
  });
});

describe('An import', () => {
  it('does not trust the progress of another log', async () => {
    const documents = new MemoryDocumentStore();
    const path = await write(SIX_ROWS);
    await importing(inMemory(new MemoryEventStore(), documents), path);
    expect(await importing(inMemory(new MemoryEventStore(), documents), path)).toMatchObject({ read: 6, added: 6, duplicates: 0 });
  });

  it('ends at once where the store cannot be written, and takes the rest the next time', async () => {
    const store = new MemoryEventStore();
    let appends = 0;
    const failing = new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name === 'append') return (...args: Parameters<EventStore['append']>) => (++appends > 6 ? Promise.reject(new StoreUnavailable('The disk is full.')) : store.append(...args));
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const path = await write(SIX_ROWS);
    await expect(importing(inMemory(failing), path)).rejects.toThrow('The disk is full.');
    expect(await logOf({ events: store })).toHaveLength(5);
    const summary = await importing(inMemory(store), path);
    expect(summary.added + summary.duplicates).toBe(6);
    expect(await logOf({ events: store })).toHaveLength(9);
  });

  it.each<[string, string, string, RegExp]>([
    ['is empty', '', 'file.txt', /is empty/],
    ['holds only blank lines', ' \r\n\r\n', 'file.txt', /nothing but blank lines/],
    ['is missing', 'x', 'another.txt', /there is no such file/],
    ['is a folder', 'x', '.', /is a folder; name a text file/],
  ])('says so when the file %s', async (_, content, name, message) => {
    await write(content);
    const run = importing(inMemory(), join(folder, name));
    await expect(run).rejects.toThrow(UnusableFile);
    await expect(run).rejects.toThrow(message);
  });

  it('takes a file with nothing but a header line for no rows', async () => {
    expect(await importing(inMemory(), await write(HEADER))).toMatchObject({ read: 0, added: 0, rejected: 0, rejectsFile: null });
  });

  it('does not take a file without a header line for one with', async () => {
    expect(await importing(inMemory(), await write('00001 19970101 1 1.00\n'))).toMatchObject({ read: 1, added: 1 });
  });

  it('writes over no file that holds something else than rejects', async () => {
    const path = await write(SIX_ROWS);
    await expect(importing(inMemory(), path, cdnow, 'purchases', { rejects: path })).rejects.toThrow(RejectsNotWritable);
    expect(await readFile(path, 'utf8')).toBe(SIX_ROWS);
  });

  it('says where rejects cannot be written', async () => {
    const run = importing(inMemory(), await write('00001 x 1 1.00\n'), cdnow, 'purchases', { rejects: join(folder, 'no', 'such', 'folder.csv') });
    await expect(run).rejects.toThrow(/Name another file with --rejects/);
  });

  it('sends nothing where the mapping does not fit the file', async () => {
    const engine = inMemory();
    const format = csv({ fields: { purchaseId: { column: 'Order' } } }, 'purchases');
    await expect(importing(engine, await write('Id,Total\n1,2\n'), format)).rejects.toThrow(InvalidMapping);
    expect(await logOf(engine)).toEqual([]);
  });

  it('gives the same views however the customers follow one another in the file', async () => {
    const row = fc.tuple(fc.constantFrom('00001', '00002', '00003'), fc.constantFrom('19970101', '19970102', '19970201'), fc.integer({ min: 0, max: 3 }));
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat(2)), async (rows, picks) => {
      const lines = rows.map(([customer, day, amount]) => `${customer} ${day} 1 ${amount}.00`);
      const queues = ['00001', '00002', '00003'].map((customer) => lines.filter((line) => line.startsWith(customer)));
      const shuffled: string[] = [];
      while (shuffled.length < lines.length) {
        const next = queues[picks.next().value as number]!.shift();
        if (next !== undefined) shuffled.push(next);
      }
      expect(await viewsAfter(shuffled)).toEqual(await viewsAfter(lines));
    }), { numRuns: 15 });

    async function viewsAfter(lines: string[]): Promise<Document[][]> {
      const documents = new MemoryDocumentStore();
      const engine = inMemory(new MemoryEventStore(), documents);
      await engine.start();
      await importing(engine, await write(lines.join('\n')));
      const found: Document[][] = [];
      for (const name of ['customers', 'purchases', 'loyalty', 'lifecycle']) {
        expect(await engine.projector.reaches(name, await engine.events.head(), 5_000)).toBe(true);
        found.push(await documents.find(engine.projector.get(name).answering!));
      }
      await engine.stop();
      return found;
    }
  });
});

describe('Importing CSV with a mapping', () => {
  it('makes customers, with what else a row says about them', async () => {
    const engine = inMemory();
    const mapping = {
      delimiter: ';',
      encoding: 'gb18030',
      commands: [
        { command: 'RegisterCustomer', fields: { customerId: { column: 'Kunde', as: 'id' }, kind: { column: 'Art', translate: { F: 'organisation', P: 'person' } }, name: { column: 'Kunde' }, occurredAt: { column: 'Seit', as: 'date', format: 'dd.MM.yyyy' } } },
        { command: 'AddContactMethod', when: 'Mail', fields: { customerId: { column: 'Kunde', as: 'id' }, contactMethodId: { value: 'mail' }, type: { value: 'e-mail' }, value: { column: 'Mail' } } },
      ],
    };
    // 关系 in GB18030.
    const rows = Buffer.concat([Buffer.from('Kunde;Art;Seit;Mail\r\n'), Buffer.from([0xb9, 0xd8, 0xcf, 0xb5]), Buffer.from(';F;31.01.2020;post@example.com\r\nAda;P;01.02.2021;\r\nBob;X;01.02.2021;\r\n')]);
    const summary = await importing(engine, await write(rows, 'customers.csv'), csv(mapping, 'customers'), 'customers');
    expect(summary).toMatchObject({ read: 3, added: 2, rejected: 1 });
    expect(await readFile(summary.rejectsFile!, 'utf8')).toContain('4,"Art: ""X"" is none of F, P, which the mapping translates",Bob;X;01.02.2021;');
    const log = await logOf(engine);
    expect(log.filter(({ type }) => type === 'CustomerRegistered').map(({ data }) => (data as { name: string }).name)).toEqual(['关系', 'Ada']);
    expect(log.filter(({ type }) => type === 'ContactMethodAdded').map(({ stream }) => stream)).toEqual([log[0]?.stream]);
    expect(log[0]?.occurredAt).toBe('2020-01-31T00:00:00.000Z');
  });

  it('makes interactions', async () => {
    const engine = inMemory();
    const fields = {
      interactionId: { column: 'Id', prefix: 'desk-' },
      customerId: { column: 'Customer' },
      channel: { column: 'Via', translate: { tel: 'phone', mail: 'e-mail' } },
      direction: { value: 'inbound' },
      summary: { column: 'Text' },
      sentiment: { column: 'Mood', as: 'integer' },
      occurredAt: { column: 'At', as: 'moment', format: 'yyyy-MM-dd HH:mm', timeZone: 'Asia/Shanghai' },
    };
    const rows = 'Id,Customer,Via,Text,Mood,At\n1,c1,tel,"Asked for ""more"",\nthen hung up",-1,2026-01-05 09:30\n2,c1,fax,Hello,,2026-01-05 10:00\n3,c2,mail,Hello,,2026-01-06 10:00\n';
    expect(await importing(engine, await write(rows), csv({ fields }, 'interactions'), 'interactions')).toMatchObject({ read: 3, added: 2, rejected: 1 });
    const [first] = await logOf(engine);
    expect(first).toMatchObject({ type: 'InteractionRecorded', stream: 'interaction-desk-1', occurredAt: '2026-01-05T01:30:00.000Z', data: { channel: 'phone', summary: 'Asked for "more",\nthen hung up', sentiment: -1 } });
  });

  it('makes purchases of one row for each item sold, without an id in the file', async () => {
    const engine = inMemory();
    const customerId = { column: 'Customer', as: 'id' };
    const mapping = {
      commands: [
        { command: 'RegisterCustomer', once: true, fields: { customerId, kind: { value: 'organisation' }, name: { column: 'Customer' } } },
        {
          command: 'RecordPurchase',
          fields: {
            purchaseId: { column: ['Customer', 'Day'], as: 'id', numbered: true }, customerId,
            amount: { column: 'Total', as: 'money', currency: 'EUR', decimal: ',', thousands: '.' },
            'items.0.product': { column: 'Product' }, 'items.0.quantity': { column: 'Units', as: 'integer' },
            occurredAt: { column: 'Day', as: 'date', format: 'M/d/yyyy' },
          },
        },
      ],
    };
    const rows = 'Customer,Day,Product,Units,Total\nAcme & Sons,1/31/2026,tea,2,"1.204,50"\nAcme & Sons,1/31/2026,cup,1,"3,00"\n';
    expect(await importing(engine, await write(rows), csv(mapping, 'purchases'))).toMatchObject({ read: 2, added: 2, rejected: 0 });
    const purchases = (await logOf(engine)).filter(({ type }) => type === 'PurchaseRecorded');
    expect(purchases.map(({ data }) => data)).toMatchObject([
      { amount: { amount: 120_450, currency: 'EUR' }, items: [{ product: 'tea', quantity: 2 }], quantity: 2 },
      { amount: { amount: 300, currency: 'EUR' }, items: [{ product: 'cup', quantity: 1 }], quantity: 1 },
    ]);
    expect(new Set(purchases.map(({ stream }) => stream)).size).toBe(2);
  });

  it('gives the same command ids for the same file whatever it is called, and others for another kind of it', async () => {
    const idsOf = async (name: string) => {
      const engine = inMemory();
      await importing(engine, await write(SIX_ROWS, name));
      return createHash('sha256').update((await logOf(engine)).map(({ id }) => id).sort().join()).digest('hex');
    };
    expect(await idsOf('one.txt')).toBe(await idsOf('two.txt'));
  });
});
