import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Workplace } from './support.js';

jest.setTimeout(60_000);

const ROWS = ['00001 19970101 1 11.77', '00002 19970112 1 12.00'].join('\n');
const OPERATOR = `cli:${userInfo().username}`;

interface Viewers {
  items: { subject: string; role: string; personal: boolean; views: string[] }[];
}

describe.each([['the data folder', false], ['the server that has the data folder', true]])('guanxi access asks %s', (_, served) => {
  const place = new Workplace();
  let url: string;

  beforeAll(async () => {
    writeFileSync(place.file('rows.txt'), ROWS);
    await place.json('import', 'purchases', '--format', 'cdnow', 'rows.txt');
    url = await place.serve();
    if (!served) await place.stop();
  });

  afterAll(() => place.remove());

  it('to issue a key, which lets in and is shown once', async () => {
    const { id, key } = await place.json<{ id: string; key: string }>('access', 'issue-key', '--role', 'service,auditor', '--name', 'The shop');
    expect(key).toMatch(new RegExp(`^gx_${id}_[A-Za-z0-9_-]{43}$`));
    const keys = await place.json<{ _id: string; prefix: string; issuedBy: string }[]>('access', 'keys');
    expect(keys.find(({ _id }) => _id === id)).toMatchObject({ prefix: `gx_${id}_`, name: 'The shop', issuedBy: served ? 'key:administrator' : OPERATOR });
    expect(JSON.stringify(keys)).not.toContain(key);
    if (served) expect((await fetch(`${url}/access/me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    await place.json('access', 'revoke-key', id, '--reason', 'was shown in a test');
    expect(await place.guanxi('access', 'revoke-key', 'unheard')).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no key unheard') });
    expect(await place.guanxi('access', 'issue-key', '--role', 'No Role', '--name', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('lower case') });
  });

  it('to grant and to revoke roles', async () => {
    await place.json('access', 'grant', 'li-ming', 'sales', '--territory', 'south', '--reason', 'new');
    expect(await place.json('access', 'users')).toMatchObject([{ _id: 'li-ming', grants: [{ role: 'sales', territory: 'south' }] }]);
    await place.json('access', 'revoke', 'li-ming', 'sales');
    expect(await place.json('access', 'users')).toMatchObject([{ _id: 'li-ming', grants: [] }]);
    expect((await place.json<object[]>('access', 'roles')).length).toBe(8);
  });

  it('who could have seen a customer', async () => {
    const { items } = await place.json<Viewers>('access', 'who-could-see', 'cdnow-00001');
    expect(items).toMatchObject([{ subject: 'key:administrator', role: 'administrator', personal: true, views: expect.arrayContaining(['customers', 'customer_contacts']) }]);
    expect((await place.json<Viewers>('access', 'who-could-see', 'cdnow-00001', '--as-of', '2001-01-01')).items).toEqual([]);
    expect((await place.guanxi('access', 'who-could-see', 'cdnow-00001', '--as-of', 'someday')).code).toBe(2);
  });

  it('who saw one', async () => {
    expect(await place.json('access', 'who-saw', 'cdnow-00001')).toMatchObject({ items: [] });
    await place.json('views', 'customer_timeline', '--filter', '{"customerId":"cdnow-00001"}');
    await place.json('replay', 'customer', 'cdnow-00001');
    const { items } = await place.json<{ items: { view: string }[] }>('access', 'who-saw', 'cdnow-00001');
    const viewer = served ? 'key:administrator' : OPERATOR;
    expect(items.sort((one, other) => (one.view < other.view ? -1 : 1))).toMatchObject([{ viewer, view: 'customer_timeline', times: 1 }, { viewer, view: 'history of customer', times: 1 }]);
    expect((await place.guanxi('access', 'who-saw', 'cdnow-00001')).stdout).toContain('customer_timeline');
  });
});

describe('the key of the first start', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('is in the data folder, for its owner alone, and asked for by a server', async () => {
    await place.serve();
    const file = join(place.data, 'administrator-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await place.guanxi('status')).code).toBe(0);
    writeFileSync(file, 'no key');
    expect(await place.guanxi('status')).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no key') });
    writeFileSync(file, `gx_administrator_${'x'.repeat(43)}`);
    expect(await place.guanxi('status')).toMatchObject({ code: 1, stderr: expect.stringContaining('The key is not accepted') });
  });
});

describe('files that a command line names', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('cannot be reached by what stands in the rows of a file', async () => {
    writeFileSync(place.file('customers.csv'), 'Id,Name,Type\n../../escape,Ada,person\n..%2f..%2fescape,Ada,person\n/etc/passwd,Ada,person\n');
    writeFileSync(place.file('mapping.json'), JSON.stringify({ fields: { customerId: { column: 'Id' }, name: { column: 'Name' }, kind: { column: 'Type' } } }));
    const { code, stdout } = await place.guanxi('import', 'customers', 'customers.csv', '--mapping', 'mapping.json', '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { read: 3, added: 0, rejected: 3 }]);
    expect(await place.guanxi('audit', 'bundle', '--customer', '../../../etc', 'bundle')).toMatchObject({ code: expect.any(Number) });
    expect(() => statSync(join(place.path, '..', 'escape'))).toThrow('ENOENT');
  });
});
