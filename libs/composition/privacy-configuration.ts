import { join, resolve } from 'node:path';
import { type VaultOptions } from '#privacy';
import { isMongoUrl, type DocumentStoreKind } from './document-store-kind.js';

/** Where the master key is: in the environment, in a file, or in Vault; none of them: in the memory of this process. */
export interface MasterKeyPlace {
  text?: string;
  file?: string;
  vault?: VaultOptions;
}

export interface PrivacyConfiguration {
  /** Whether personal fields of new events are sealed. */
  seal: boolean;
  keyStore: DocumentStoreKind;
  masterKey: MasterKeyPlace;
}

interface Variables {
  GUANXI_DATA: string;
  GUANXI_EVENT_STORE: string;
  GUANXI_DOCUMENT_STORE: DocumentStoreKind;
  GUANXI_ENCRYPTION: string;
  GUANXI_KEY_STORE?: DocumentStoreKind;
  GUANXI_MASTER_KEY?: string;
  GUANXI_MASTER_KEY_FILE?: string;
  GUANXI_VAULT_URL?: string;
  GUANXI_VAULT_TOKEN?: string;
  GUANXI_VAULT_KEY: string;
}

export function privacyOf(variables: Variables): PrivacyConfiguration {
  return { seal: variables.GUANXI_ENCRYPTION === 'on', keyStore: keyStoreOf(variables), masterKey: masterKeyOf(variables) };
}

/** Keys live as long as the log, and where all processes on it find them. */
function keyStoreOf({ GUANXI_EVENT_STORE: events, GUANXI_DOCUMENT_STORE: documents, GUANXI_KEY_STORE: keys }: Variables): DocumentStoreKind {
  if (keys !== undefined) return keys;
  if (events === 'memory') return 'memory';
  return events !== 'embedded' && isMongoUrl(documents) ? documents : 'embedded';
}

function masterKeyOf({ GUANXI_DATA: data, GUANXI_EVENT_STORE: events, GUANXI_MASTER_KEY: text, GUANXI_MASTER_KEY_FILE: file, GUANXI_VAULT_URL: url, GUANXI_VAULT_TOKEN: token, GUANXI_VAULT_KEY: key }: Variables): MasterKeyPlace {
  if (text !== undefined) return { text };
  if (url !== undefined) return { vault: { url, token: token ?? '', key } };
  if (file !== undefined) return { file: resolve(file) };
  return events === 'memory' ? {} : { file: resolve(join(data, 'master-key')) };
}

/** What contradicts itself, a line each. */
export function privacyProblems({ GUANXI_EVENT_STORE: events, GUANXI_KEY_STORE: keys, GUANXI_MASTER_KEY: text, GUANXI_MASTER_KEY_FILE: file, GUANXI_VAULT_URL: vault, GUANXI_VAULT_TOKEN: token }: Variables): string[] {
  const places = Object.entries({ GUANXI_MASTER_KEY: text, GUANXI_MASTER_KEY_FILE: file, GUANXI_VAULT_URL: vault }).filter(([, value]) => value !== undefined);
  return [
    ...(places.length > 1 ? [`${places.map(([name]) => name).join(' and ')} each say where the master key is; give one of them.`] : []),
    ...(vault !== undefined && token === undefined ? ['GUANXI_VAULT_TOKEN is missing: the token that Vault lets in.'] : []),
    ...(keys === 'memory' && events !== 'memory' ? ['GUANXI_KEY_STORE must not be memory where the log is kept: what is sealed could not be read after a restart.'] : []),
  ];
}
