import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';
import { UnusableDatabase } from './database.js';
import { TemporaryStore } from './testing.js';

const PAGE_SIZE = 8192;

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await TemporaryStore.open();
  const writes = Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, position: 1, document: { i, text: 'x'.repeat(500) } }));
  await temporary.store.write([{ collection: 'c', writes }]);
  await temporary.store.close();
});
afterEach(() => temporary.remove());

const changed = (sql: string) => {
  const database = new DatabaseSync(temporary.file);
  database.exec(sql);
  database.close();
};

describe('the file of the read models', () => {
  it.each<[string, () => void, string]>([
    ['is no database', () => writeFileSync(temporary.file, 'something else'.repeat(1000)), 'is damaged (file is not a database)'],
    ['belongs to another program', () => changed('PRAGMA application_id = 5'), 'is a database of something else'],
    ['is of a newer program', () => changed('PRAGMA user_version = 99'), "has the schema 99, which is newer than this program's 2"],
  ])('is refused when it %s, with the way out', async (_, change, why) => {
    change();
    const { file } = temporary;
    const refused = await temporary.reopen().then(() => undefined, (error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(UnusableDatabase);
    expect(refused?.message).toMatch(`${file} ${why}`);
    expect(refused?.message).toMatch(`delete it (and ${file}-wal and ${file}-shm) while no program uses it, and start again.`);
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    expect(await (await temporary.reopen()).listCollections()).toEqual([]);
  });

  it('is found damaged by the first query that meets the damage, here and in a process of its own', async () => {
    const file = openSync(temporary.file, 'r+');
    for (let page = 2; page < 12; page++) writeSync(file, Buffer.alloc(PAGE_SIZE, 0xa5), 0, PAGE_SIZE, page * PAGE_SIZE);
    closeSync(file);
    const store = await temporary.reopen();
    await expect(store.find('c', { limit: 10 })).rejects.toThrow(`${temporary.file} is damaged`);
    await expect(store.load('c', ['k1', 'k150'])).rejects.toThrow(UnusableDatabase);
    await expect(store.aggregate('c', [{ $group: { _id: null, n: { $sum: '$i' } } }])).rejects.toThrow(`${temporary.file} is damaged`);
  });

  it('refuses keys that it could not give back, and keeps nothing of that batch', async () => {
    const store = await temporary.reopen();
    for (const key of ['a\u0000b', '\ud800']) {
      const writes = [{ key: 'fine', position: 1, document: {} }, { key, position: 1, document: {} }];
      await expect(store.write([{ collection: 'new', writes }])).rejects.toThrow('must be text without NUL characters');
    }
    expect(await store.listCollections()).toEqual(['c']);
    await store.write([{ collection: 'new', writes: [{ key: 'fine', position: 1, document: {} }] }]);
    expect(await store.count('new')).toBe(1);
  });

  it('keeps all or nothing of a batch of many parts', async () => {
    const store = await temporary.reopen();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const many = Array.from({ length: 5_000 }, (_, i) => ({ key: `m${i}`, position: 2, document: { i } }));
    await expect(store.write([{ collection: 'c', writes: [...many, { key: 'last', position: 2, document: circular }] }])).rejects.toThrow('circular');
    expect(await store.count('c')).toBe(200);
    const both = [store.write([{ collection: 'c', writes: many }]), store.compareAndSet('c', { key: 'm1', position: 3, document: {} }, 2)];
    expect(await Promise.all(both)).toEqual([undefined, true]);
    expect(await store.count('c')).toBe(5_200);
  });

  it('keeps nothing of a batch of many parts where one in the middle cannot be written, and goes on with the next batch', async () => {
    const store = await temporary.reopen();
    const many = Array.from({ length: 16_000 }, (_, i) => ({ key: `m${i}`, position: 2, document: { i } }));
    const broken = many.with(4_500, { key: 'broken', position: {} as never, document: { i: 0 } });
    const [first, second] = await Promise.allSettled([store.write([{ collection: 'c', writes: broken }]), store.write([{ collection: 'd', writes: many }])]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('bound') } });
    expect(second.status).toBe('fulfilled');
    expect([await store.count('c'), await store.count('d')]).toEqual([200, 16_000]);
  });

  it('keeps all or nothing of a batch over several collections', async () => {
    const store = await temporary.reopen();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const batch = [
      { collection: 'c', writes: [{ key: 'k1', position: 2, document: { new: true } }] },
      { collection: 'd', writes: [{ key: 'k1', position: 2, document: circular }] },
    ];
    await expect(store.write(batch)).rejects.toThrow('circular');
    expect((await store.load('c', ['k1'])).get('k1')?.position).toBe(1);
  });

  it('tells collections apart whose names only differ in case', async () => {
    const store = await temporary.reopen();
    await store.write([{ collection: 'C', writes: [{ key: 'other', position: 1, document: {} }] }]);
    expect(await store.count('C')).toBe(1);
    expect(await store.count('c')).toBe(200);
  });
});
