import { join } from 'node:path';
import { type Log } from '#event-sourcing';
import { LocalMasterKey, MasterKeyFile, SubjectKeys, VaultMasterKey, type KeyStore, type MasterKey } from '#privacy';
import { MemoryKeyStore } from '#stores/memory';
import { SqliteKeyStore, type DataFolder } from '#stores/sqlite';
import { isMongoUrl } from './document-store-kind.js';
import { type MasterKeyPlace, type PrivacyConfiguration } from './privacy-configuration.js';

interface KeysConfiguration {
  data: string;
  eventStore: string;
  privacy?: PrivacyConfiguration;
}

/** @throws UnusableMasterKey the master key is missing, or is not the one that the keys were wrapped with. */
export async function openKeys(configuration: KeysConfiguration, folder: DataFolder | undefined, log: Log): Promise<SubjectKeys> {
  const { keyStore, masterKey } = configuration.privacy ?? defaultsFor(configuration);
  // A master key is never made anew where there are keys that only the lost one unwraps.
  const mayCreate = folder === undefined || !SqliteKeyStore.isIn(folder);
  const store = await openKeyStore(keyStore, folder, log);
  try {
    const keys = new SubjectKeys(store, openMasterKey(masterKey, mayCreate || (await store.wrappingKeys()).length === 0));
    // A server may be away now; it is asked when it is needed.
    if (!isMongoUrl(keyStore) && !masterKey.vault) await keys.check();
    return keys;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openKeyStore(kind: PrivacyConfiguration['keyStore'], folder: DataFolder | undefined, log: Log): Promise<KeyStore> {
  if (isMongoUrl(kind)) {
    const { MongoKeyStore } = await import('#stores/mongodb');
    return new MongoKeyStore({ url: kind, log });
  }
  return kind === 'embedded' && folder ? SqliteKeyStore.open({ folder }) : new MemoryKeyStore();
}

function openMasterKey({ text, file, vault }: MasterKeyPlace, mayCreate: boolean): MasterKey {
  if (text !== undefined) return LocalMasterKey.fromText(text, 'GUANXI_MASTER_KEY');
  if (vault) return new VaultMasterKey(vault);
  return file === undefined ? LocalMasterKey.inMemory() : MasterKeyFile.open(file, mayCreate);
}

function defaultsFor({ data, eventStore }: KeysConfiguration): PrivacyConfiguration {
  const inMemory = eventStore === 'memory';
  return { seal: true, keyStore: inMemory ? 'memory' : 'embedded', masterKey: inMemory ? {} : { file: join(data, 'master-key') } };
}
