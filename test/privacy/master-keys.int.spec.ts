import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfiguration, openStores } from '#composition';
import { StoreUnavailable } from '#event-sourcing';
import { MasterKeyFile, SubjectKeys, UnusableMasterKey, VaultMasterKey } from '#privacy';
import { MemoryKeyStore } from '#stores/memory';
import { TransitServer } from './vault.js';

const SUBJECTS = ['customer-1', 'customer-2', 'contact-1'];

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'master-key-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a master key in a file', () => {
  const path = () => join(folder, 'keys', 'master-key');

  it('is made for its owner alone, and is the same at the next start', async () => {
    const store = new MemoryKeyStore();
    const issued = await new SubjectKeys(store, MasterKeyFile.open(path(), true)).issue(SUBJECTS);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await new SubjectKeys(store, MasterKeyFile.open(path(), false)).find(SUBJECTS)).toEqual(issued);
  });

  it('is replaced by a rotation, and the former one is not kept', async () => {
    const store = new MemoryKeyStore();
    const keys = new SubjectKeys(store, MasterKeyFile.open(path(), true));
    const issued = await keys.issue(SUBJECTS);
    const former = readFileSync(path(), 'utf8');
    await keys.rotate();
    expect(readFileSync(path(), 'utf8')).not.toContain(former.trim());
    expect(readFileSync(path(), 'utf8').trim().split('\n')).toHaveLength(1);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await new SubjectKeys(store, MasterKeyFile.open(path(), false)).find(SUBJECTS)).toEqual(issued);
  });

  it('that cannot be used says what to do', () => {
    expect(() => MasterKeyFile.open(path(), false)).toThrow('Put it back');
    writeFileSync(join(folder, 'short'), 'c2hvcnQ=');
    expect(() => MasterKeyFile.open(join(folder, 'short'), true)).toThrow('openssl rand -base64 32');
    chmodSync(folder, 0o700);
    expect(() => MasterKeyFile.open(folder, true)).toThrow(UnusableMasterKey);
  });

  it('is never made anew where there are keys that only the lost one unwraps', async () => {
    const configuration = loadConfiguration({ GUANXI_DATA: folder });
    const stores = await openStores(configuration);
    await stores.keys.issue(SUBJECTS);
    await stores.close();
    rmSync(join(folder, 'master-key'));
    await expect(openStores(configuration)).rejects.toThrow('Put it back');
  });
});

describe('a master key in Vault', () => {
  let vault: TransitServer;
  beforeEach(async () => void (vault = await TransitServer.start()));
  afterEach(() => vault.stop());
  const master = (token = vault.token) => new VaultMasterKey({ url: `${vault.url}/`, token, key: 'crm' });

  it('wraps the wrapping key and is asked for nothing else, however many persons there are', async () => {
    const store = new MemoryKeyStore();
    const issued = await new SubjectKeys(store, master()).issue(SUBJECTS);
    expect(vault.asked).toEqual(['POST /v1/transit/encrypt/crm']);
    expect((await store.wrappingKeys())[0]!.wrapped).toMatch(/^vault:v1:/);
    expect(await new SubjectKeys(store, master()).find(SUBJECTS)).toEqual(issued);
    expect(vault.asked.slice(1)).toEqual(['POST /v1/transit/decrypt/crm']);
  });

  it('is rotated there', async () => {
    const store = new MemoryKeyStore();
    const keys = new SubjectKeys(store, master());
    const issued = await keys.issue(SUBJECTS);
    expect(await keys.rotate()).toMatchObject({ generation: 2, rewrapped: 3 });
    expect(vault.asked).toContain('POST /v1/transit/keys/crm/rotate');
    expect((await store.wrappingKeys()).map(({ wrapped }) => wrapped.slice(0, 9))).toEqual(['vault:v2:', 'vault:v2:']);
    expect(await new SubjectKeys(store, master()).find(SUBJECTS)).toEqual(issued);
  });

  it('that is away, sealed or refuses is told apart', async () => {
    const store = new MemoryKeyStore();
    await expect(new SubjectKeys(store, master('wrong')).check()).rejects.toThrow(/refuses transit\/encrypt\/crm \(403: permission denied\)/);
    vault.failing = { status: 503, errors: ['Vault is sealed'] };
    await expect(new SubjectKeys(store, master()).check()).rejects.toThrow(StoreUnavailable);
    await expect(new SubjectKeys(store, new VaultMasterKey({ url: 'http://127.0.0.1:1', token: 't' })).check()).rejects.toThrow(StoreUnavailable);
    vault.failing = undefined;
    await store.addWrappingKey({ generation: 1, wrapped: 'vault:v1:foreign' });
    await expect(new SubjectKeys(store, master()).check()).rejects.toThrow(UnusableMasterKey);
  });
});
