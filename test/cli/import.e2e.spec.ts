import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { userInfo } from 'node:os';
import { Workplace, type Imported } from './support.js';

jest.setTimeout(120_000);

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

const CUSTOMERS = 1_000;
const ROWS = 3_000;
const KILLS = 4;

/** Purchases of many customers, two of three of them on the same day. */
function purchases(): string {
  return Array.from({ length: ROWS }, (_, row) => `${String(row % CUSTOMERS).padStart(5, '0')} 1997010${1 + Math.floor(row / CUSTOMERS / 2)} 1 1.00\n`).join('');
}

describe('guanxi import', () => {
  it('goes on after it was killed, however often, and loses and doubles nothing', async () => {
    writeFileSync(place.file('purchases.txt'), purchases());
    const args = ['import', 'purchases', '--format', 'cdnow', 'purchases.txt'];
    for (let kill = 0; kill < KILLS; kill++) {
      const before = committed();
      const child = place.start(...args);
      const closed = once(child, 'close');
      while (child.exitCode === null && committed() <= before) await sleep(20);
      child.kill('SIGKILL');
      expect(await closed).toEqual([null, 'SIGKILL']);
    }
    const { read, added, duplicates, rejected } = await place.json<Imported>(...args);
    expect({ read, rejected, all: added + duplicates }).toEqual({ read: ROWS, rejected: 0, all: ROWS });
    expect(duplicates).toBeGreaterThan(0);
    expect(await eventsOf('CustomerRegistered')).toBe(CUSTOMERS);
    expect(await eventsOf('PurchaseRecorded')).toBe(ROWS);
    const verified = await place.json<{ different: string[]; missing: string[]; surplus: string[] }[]>('replay', '--verify');
    expect(verified.flatMap(({ different, missing, surplus }) => [...different, ...missing, ...surplus])).toEqual([]);
  });

  it('loads good rows, puts bad ones beside the file, and says both', async () => {
    writeFileSync(place.file('purchases.txt'), '00001 19970101 1 1.00\n00002 19970230 1 1.00\n');
    const { code, stdout, stderr } = await place.guanxi('import', 'purchases', '--format', 'cdnow', 'purchases.txt');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^2 rows read: 1 added, 0 there already, 1 rejected/) });
    expect(stderr).toContain('purchases.txt.rejects.csv');
    expect(readFileSync(place.file('purchases.txt.rejects.csv'), 'utf8').split('\n')[1]).toMatch(/^2,"date: .*",00002 19970230 1 1.00$/);
  });

  it('takes CSV with a mapping', async () => {
    writeFileSync(place.file('customers.csv'), '\uFEFFId,Name,Type\r\n1,"Lovelace, Ada",P\r\n2,Analytical Engines Ltd,O\r\n');
    writeFileSync(place.file('mapping.json'), JSON.stringify({
      fields: { customerId: { column: 'Id', prefix: 'c' }, name: { column: 'Name' }, kind: { column: 'Type', translate: { P: 'person', O: 'organisation' } } },
    }));
    expect(await place.json<Imported>('import', 'customers', 'customers.csv', '--mapping', 'mapping.json')).toMatchObject({ read: 2, added: 2 });
    expect(await place.json('views', 'customers', 'c1')).toMatchObject({ name: 'Lovelace, Ada', kind: 'person' });
    expect(await place.json('stream', 'customer-c1')).toMatchObject([{ metadata: { actor: `cli:${userInfo().username}`, source: 'import:customers.csv' } }]);
  });

  it('fails where no row can be taken, and still says how many there were', async () => {
    writeFileSync(place.file('purchases.txt'), '00001 0001 19970101 1 1.00\n');
    const { code, stdout, stderr } = await place.guanxi('import', 'purchases', '--format', 'cdnow', 'purchases.txt', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ read: 1, added: 0, rejected: 1 });
    expect(stderr).toMatch(/^guanxi: No row could be taken/);
  });

  it('is undone by the id that it told, also after that was killed, and leaves its trail', async () => {
    writeFileSync(place.file('purchases.txt'), purchases());
    const { importId } = await place.json<Imported>('import', 'purchases', '--format', 'cdnow', 'purchases.txt');
    const child = place.start('import', 'undo', importId!);
    const closed = once(child, 'close');
    const size = sizeOf(join(place.data, 'events.db')) + sizeOf(join(place.data, 'events.db-wal'));
    while (child.exitCode === null && sizeOf(join(place.data, 'events.db-wal')) + sizeOf(join(place.data, 'events.db')) < size + 100_000) await sleep(5);
    child.kill('SIGKILL');
    await closed;
    const { code, stdout } = await place.guanxi('import', 'undo', importId!, '--reason', 'The wrong file');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/is undone|was undone before/) });
    expect(await place.json('views', 'purchases')).toMatchObject({ items: [] });
    expect(await place.json('views', 'customers')).toMatchObject({ items: [] });
    expect(await eventsOf('PurchaseRecorded')).toBe(ROWS);
    expect(await place.guanxi('import', 'undo', 'no-such')).toMatchObject({ code: 1, stderr: expect.stringMatching(/There is no import no-such/) });
  });

  it('tells how to go on where a server has the data folder', async () => {
    await place.serve();
    writeFileSync(place.file('purchases.txt'), purchases());
    const { code, stderr } = await place.guanxi('import', 'purchases', '--format', 'cdnow', 'purchases.txt');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/needs the data folder .* for itself, and process \d+ has it\. Stop that process and run it again, or send commands to http:/) });
  });
});

async function eventsOf(type: string): Promise<number> {
  return (await place.json<unknown[]>('stream', '--all', '--type', type, '--limit', '100000')).length;
}

/** Purchases that are in the log, whoever has it. */
function committed(): number {
  const path = join(place.data, 'events.db');
  if (sizeOf(path) === 0) return 0;
  const log = new DatabaseSync(path, { readOnly: true });
  try {
    log.exec('PRAGMA busy_timeout = 5000');
    if (!log.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get()) return 0;
    return (log.prepare("SELECT count(*) AS purchases FROM events WHERE type = 'PurchaseRecorded'").get() as { purchases: number }).purchases;
  } finally {
    log.close();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
