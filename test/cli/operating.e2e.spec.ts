import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Workplace } from './support.js';

jest.setTimeout(60_000);

const ROWS = ['00001 19970101 1 11.77', '00002 19970112 1 12.00', '00002 19970212 5 77.00', '00003 19970102 2 20.76', '00003 19970330 2 20.76'].join('\n');

interface Event {
  revision: number;
  position: number;
  type: string;
  stream: string;
}

/** The same questions to the data folder itself and to the server that has it. */
describe.each([['the data folder', false], ['the server that has the data folder', true]])('The command line asks %s', (_, served) => {
  const place = new Workplace();

  beforeAll(async () => {
    writeFileSync(place.file('rows.txt'), ROWS);
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    if (served) await place.serve();
  });

  afterAll(() => place.remove());

  it('how far the views are', async () => {
    const status = await place.json<{ url: string | null; head: number; deadLetters: number; views: { view: string }[] }>('status');
    expect(status).toMatchObject({ data: place.data, url: served ? expect.stringMatching(/^http:/) : null, deadLetters: 0 });
    expect(status.head).toBeGreaterThanOrEqual(8);
    expect(status.views.map(({ view }) => view)).toContain('loyalty');
  });

  it('what happened in a stream, forwards and backwards', async () => {
    expect(await place.json<Event[]>('stream', 'purchase-cdnow-00002-19970212-1')).toMatchObject([{ revision: 0, type: 'PurchaseRecorded', data: { quantity: 5 } }]);
    const [first] = await place.json<Event[]>('stream', 'customer-cdnow-00002', '--backwards', '--limit', '1');
    expect(first).toMatchObject({ type: 'CustomerRegistered', revision: 0 });
    const { code, stdout, stderr } = await place.guanxi('stream', 'customer-nobody', '--json');
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '[]\n', stderr: 'guanxi: There are no such events of customer-nobody.\n' });
  });

  it('what happened at all, by type, kind and position', async () => {
    const purchases = await place.json<Event[]>('stream', '--all', '--type', 'PurchaseRecorded');
    expect(purchases).toHaveLength(5);
    expect(await place.json<Event[]>('stream', '--all', '--category', 'customer')).toHaveLength(3);
    const later = await place.json<Event[]>('stream', '--all', '--type', 'PurchaseRecorded', '--after', String(purchases[1]!.position), '--limit', '2');
    expect(later).toEqual(purchases.slice(2, 4));
    const { stdout } = await place.guanxi('stream', '--all', '--category', 'customer', '--lines');
    expect(stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as Event).type)).toEqual(Array(3).fill('CustomerRegistered'));
  });

  it('which views there are, and for their rows', async () => {
    expect(await place.json<{ name: string }[]>('views')).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'customer_360', version: expect.any(Number) })]));
    expect(await place.json('views', 'customers', 'cdnow-00003')).toMatchObject({ _id: 'cdnow-00003', kind: 'person' });
    const page = await place.json<{ items: { _id: string }[]; next: string }>('views', 'purchases', '--filter', '{"net.amount":{"$gt":1200}}', '--sort', '-net.amount,_id', '--limit', '2', '--fields', 'net');
    expect(page.items).toEqual([{ _id: 'cdnow-00002-19970212-1', net: { amount: 7_700, currency: 'USD' } }, { _id: 'cdnow-00003-19970102-1', net: { amount: 2_076, currency: 'USD' } }]);
    const rest = await place.json<{ items: { _id: string }[]; next?: string }>('views', 'purchases', '--filter', '{"net.amount":{"$gt":1200}}', '--sort', '-net.amount,_id', '--cursor', page.next);
    expect(rest.items.map(({ _id }) => _id)).toEqual(['cdnow-00003-19970330-1']);
  });

  it('for a report', async () => {
    expect(await place.json('views', 'lifecycle', '--report', 'stage_counts')).toMatchObject({ customers: 3 });
    expect(await place.json('views', 'lifecycle', '--report', 'stage_counts', '--as-of', '1990-01-01')).toMatchObject({ customers: 0 });
    expect(await place.json('views', 'purchases', '--as-of', '1990-01-01')).toMatchObject({ items: [] });
    expect(await place.guanxi('views', 'lifecycle', '--report', 'nothing')).toMatchObject({ stdout: '', stderr: expect.stringMatching(/lifecycle has no report "nothing"\. Reports: stage_counts/) });
  });

  it('what each event changed in an aggregate', async () => {
    const [step, ...others] = await place.json<{ changes: object[]; state: object }[]>('replay', 'purchase', 'cdnow-00001-19970101-1');
    expect(step).toMatchObject({ revision: 0, type: 'PurchaseRecorded', actor: `cli:${userInfo().username}`, state: { status: 'standing' } });
    expect(step!.changes).toContainEqual({ path: 'status', before: 'unknown', after: 'standing' });
    expect(others).toEqual([]);
    expect((await place.guanxi('replay', 'purchase', 'cdnow-00001-19970101-1')).stdout).toContain('status: unknown → standing');
    expect(await place.guanxi('replay', 'purchase', 'none')).toMatchObject({ code: 1, stderr: 'guanxi: There is no purchase "none": it has no events.\n' });
  });

  it('to rebuild views, and waits until the new ones answer', async () => {
    const before = await place.json<unknown[]>('views', 'loyalty', '--all', '--fields', 'currencies');
    expect(before).toHaveLength(3);
    expect(await place.json('rebuild', 'loyalty')).toMatchObject({ view: 'loyalty', generation: 2 });
    expect(await place.json<unknown[]>('views', 'loyalty', '--all', '--fields', 'currencies')).toEqual(before);
    const all = await place.json<{ view: string; generation: number }[]>('rebuild', '--all');
    expect(all.find(({ view }) => view === 'loyalty')).toMatchObject({ generation: 3 });
    expect(all.find(({ view }) => view === 'purchases')).toMatchObject({ generation: 2 });
  });

  it('to pause a view and to resume it', async () => {
    expect(await place.json('pause', 'loyalty')).toMatchObject({ view: 'loyalty', state: 'paused' });
    expect(await place.json('views', 'loyalty', 'cdnow-00003')).toMatchObject({ customerId: 'cdnow-00003' });
    expect(await place.json('resume', 'loyalty')).toMatchObject({ view: 'loyalty', state: expect.stringMatching(/^(live|catching-up)$/) });
  });

  it('for a process to rest, which only one that has run can, and to go on', async () => {
    if (!served) {
      expect(await place.guanxi('processes', 'pause', 'dunning')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^guanxi: The process dunning has not run yet; start a server with it first\.\n$/) });
      return;
    }
    const dunning = async () => (await place.json<{ process: string; pausedSince?: string }[]>('processes', 'status')).find(({ process }) => process === 'dunning');
    expect((await place.guanxi('processes', 'pause', 'dunning')).stdout).toMatch(/^dunning rests since \d{4}-/);
    expect(await dunning()).toMatchObject({ pausedSince: expect.any(String) });
    expect((await place.guanxi('processes')).stdout).toMatch(/│ dunning +│.*│ paused since \d{4}-/);
    expect(await place.json('stream', 'process-dunning')).toMatchObject([{ type: 'ProcessDeployed' }, { type: 'ProcessPaused', metadata: { actor: expect.stringMatching(/^(key|cli):/) } }]);
    expect((await place.guanxi('processes', 'resume', 'dunning')).stdout).toBe('dunning goes on, where a server runs.\n');
    expect(await dunning()).not.toHaveProperty('pausedSince');
    expect(await place.guanxi('processes', 'pause', 'nothing')).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no process nothing') });
  });

  it('for dead letters, of which there are none', async () => {
    expect(await place.json('dead-letters', 'list', 'loyalty')).toEqual([]);
    expect(await place.json('dead-letters', 'retry', 'loyalty')).toEqual({ released: 0, waiting: 0 });
  });

  it('whether views are what their events make them', async () => {
    const ended = await place.guanxi('replay', '--verify', '--views', 'loyalty,purchases', '--json');
    if (served) expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/is in use by process \d+/) });
    else expect(JSON.parse(ended.stdout)).toEqual([{ view: 'loyalty', documents: 3, different: [], missing: [], surplus: [] }, { view: 'purchases', documents: 5, different: [], missing: [], surplus: [] }]);
  });

  it('and is told what is wrong with a question, in one line', async () => {
    const wrong: [string[], RegExp][] = [
      [['views', 'nothing'], /There is no view nothing\. Views: /],
      [['views', 'customers', '--filter', '{"$where":"1"}'], /\$where/],
      [['views', 'customers', '--limit', '5000'], /limit must be a whole number from 1 to 1000/],
    ];
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await place.guanxi(...args);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
      expect(stderr).toMatch(/^guanxi: [^\n]+\n$/);
    }
  });
});

describe('The command line', () => {
  const place = new Workplace('each');

  afterAll(() => place.remove());

  it('says what there is', async () => {
    const { code, stdout } = await place.guanxi('--help');
    expect(code).toBe(0);
    for (const command of ['import', 'status', 'stream', 'views', 'replay', 'rebuild', 'dead-letters', 'Exit codes']) expect(stdout).toContain(command);
  });

  it('makes no data folder only to look into it', async () => {
    const { code, stderr } = await place.guanxi('status');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^guanxi: There is no data in .* yet\. Start Guanxi/) });
    expect(await place.guanxi('status', '--debug')).toMatchObject({ stderr: expect.stringMatching(/\n\s+at /) });
  });

  it('ends quietly where its reader has seen enough', async () => {
    writeFileSync(place.file('rows.txt'), Array.from({ length: 500 }, (_, row) => `${String(row).padStart(5, '0')} 19970101 1 1.00`).join('\n'));
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    const child = place.start('stream', '--all', '--limit', '1000', '--lines');
    child.stdout!.once('data', () => child.stdout!.destroy());
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
