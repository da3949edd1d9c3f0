import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { KeyStore } from '#privacy';
import { keyStoreContract } from '#privacy/testing';
import { DataFolder } from '../data-folder.js';
import { SqliteKeyStore } from './sqlite-key-store.js';

const folders = new Map<KeyStore, DataFolder>();

async function open(folder?: DataFolder): Promise<SqliteKeyStore> {
  const place = folder ?? (await DataFolder.open(mkdtempSync(join(tmpdir(), 'key-store-'))));
  const store = await SqliteKeyStore.open({ folder: place });
  folders.set(store, place);
  return store;
}

afterAll(async () => {
  for (const folder of new Set(folders.values())) {
    await folder.close();
    rmSync(folder.path, { recursive: true });
  }
});

keyStoreContract('SqliteKeyStore', {
  open: () => open(),
  reopen: async (store) => {
    await store.close();
    return open(folders.get(store));
  },
});

describe('a key that was destroyed', () => {
  const holds = (folder: DataFolder, bytes: Buffer) => readdirSync(folder.path).filter((file) => readFileSync(join(folder.path, file)).includes(bytes));

  it('is in no byte of any file, also where many were written around it', async () => {
    const store = await open();
    const folder = folders.get(store)!;
    const keys = Array.from({ length: 500 }, (_, n) => ({ subject: `customer-${n}`, fingerprint: randomUUID(), wrapped: { generation: 1, bytes: randomBytes(60) }, order: null }));
    await store.add(keys);
    const { subject, wrapped } = keys[250]!;
    expect(holds(folder, wrapped.bytes)).not.toEqual([]);
    await store.destroy(subject, { id: randomUUID(), orderedAt: '2026-01-05T12:00:00.000Z', orderedBy: 'tester', reason: 'request' });
    expect(holds(folder, wrapped.bytes)).toEqual([]);
    expect(holds(folder, keys[251]!.wrapped.bytes)).not.toEqual([]);
  });

  it('is gone too where it had been wrapped anew before', async () => {
    const store = await open();
    const folder = folders.get(store)!;
    const [before, after] = [randomBytes(60), randomBytes(60)];
    const key = { subject: 'customer-1', fingerprint: 'f', order: null };
    await store.add([{ ...key, wrapped: { generation: 1, bytes: before } }]);
    await store.rewrap([{ ...key, wrapped: { generation: 2, bytes: after } }]);
    await store.destroy('customer-1', { id: randomUUID(), orderedAt: '2026-01-05T12:00:00.000Z', orderedBy: 'tester', reason: 'request' });
    expect([...holds(folder, before), ...holds(folder, after)]).toEqual([]);
  });
});
