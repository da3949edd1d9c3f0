import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfiguration } from './configuration.js';
import { InvalidConfiguration } from './invalid-configuration.js';

const linesOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfiguration(env);
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.lines;
    throw error;
  }
  return [];
};

const accessIn = (data: string) => ({ keyFile: resolve(data, 'administrator-key'), requestsPerMinute: 60_000 });
const auditIn = (data: string) => ({ keyFile: resolve(data, 'audit-key.pem'), headsFolder: resolve(data, 'audit-heads'), everySeconds: 60 });
const deliveryIn = (data: string) => ({ from: 'Guanxi <guanxi@localhost>', folder: resolve(data, 'outbox') });
const privacyIn = (data: string) => ({ seal: true, keyStore: 'embedded', masterKey: { file: resolve(data, 'master-key') } });

describe('the configuration', () => {
  it('without variables is the embedded stores in ./data, reached from this machine alone', () => {
    expect(loadConfiguration({})).toEqual({
      data: resolve('data'), host: '127.0.0.1', port: 3000, logLevel: 'info', eventStore: 'embedded', eventStorePrefix: '', eventStoreTimeoutMs: 5_000, documentStore: 'embedded', project: true, partitions: 1, causationLimit: 32, firstData: true, audit: auditIn('data'), access: accessIn('data'), privacy: privacyIn('data'), delivery: deliveryIn('data'), warehouse: { file: resolve('data/warehouse.duckdb') }, unknown: [],
    });
  });

  it('is what the variables say', () => {
    const env = { GUANXI_DATA: '/tmp/there', GUANXI_HOST: '0.0.0.0', GUANXI_PORT: '0', GUANXI_LOG_LEVEL: 'warn', GUANXI_EVENT_STORE: 'embedded', GUANXI_DOCUMENT_STORE: 'memory', GUANXI_FIRST_DATA: 'off' };
    expect(loadConfiguration(env)).toEqual({
      data: '/tmp/there', host: '0.0.0.0', port: 0, logLevel: 'warn', eventStore: 'embedded', eventStorePrefix: '', eventStoreTimeoutMs: 5_000, documentStore: 'memory', project: true, partitions: 1, causationLimit: 32, firstData: false, audit: auditIn('/tmp/there'), access: accessIn('/tmp/there'), privacy: privacyIn('/tmp/there'), delivery: deliveryIn('/tmp/there'), warehouse: { file: resolve('/tmp/there/warehouse.duckdb') }, unknown: [],
    });
  });

  it.each(['mongodb://localhost', 'mongodb://a,b/crm?replicaSet=rs0', 'mongodb+srv://cluster.example.com'])('takes %s for a store of documents', (url) => {
    expect(loadConfiguration({ GUANXI_DOCUMENT_STORE: url }).documentStore).toBe(url);
  });

  it('takes an empty variable as not given', () => {
    expect(loadConfiguration({ GUANXI_PORT: '', GUANXI_DATA: '' })).toEqual(loadConfiguration({}));
  });

  it('takes the connection string of a server, and then invents no first data', () => {
    const env = { GUANXI_EVENT_STORE: 'kurrentdb+discover://me:secret@cluster', GUANXI_EVENT_STORE_PREFIX: 'shop/', GUANXI_EVENT_STORE_TIMEOUT: '20' };
    expect(loadConfiguration(env)).toMatchObject({ eventStore: env.GUANXI_EVENT_STORE, eventStorePrefix: 'shop/', eventStoreTimeoutMs: 20_000, documentStore: 'embedded', firstData: false });
    expect(loadConfiguration({ ...env, GUANXI_FIRST_DATA: 'on' }).firstData).toBe(true);
  });

  it('keeps views in memory where the log is', () => {
    expect(loadConfiguration({ GUANXI_EVENT_STORE: 'memory' })).toMatchObject({ eventStore: 'memory', documentStore: 'memory' });
  });

  it('keeps the audit key and heads where it is told, and nowhere where the log is in memory', () => {
    const env = { GUANXI_AUDIT_KEY: '/keys/log.pem', GUANXI_AUDIT_HEADS: '/worm/heads', GUANXI_AUDIT_WITNESS_URL: 'http://localhost:8080/log', GUANXI_AUDIT_INTERVAL: '5' };
    expect(loadConfiguration(env).audit).toEqual({ keyFile: '/keys/log.pem', headsFolder: '/worm/heads', witnessUrl: 'http://localhost:8080/log', everySeconds: 5 });
    expect(loadConfiguration({ GUANXI_EVENT_STORE: 'memory' }).audit).toEqual({ everySeconds: 60 });
  });

  it('takes tokens of an identity provider, and keeps the key where it is told', () => {
    const env = { GUANXI_KEY_FILE: '/run/secrets/key', GUANXI_RATE_LIMIT: 'off', GUANXI_OIDC_ISSUER: 'https://login.example.com', GUANXI_OIDC_AUDIENCE: 'guanxi', GUANXI_OIDC_JWKS_URL: 'https://login.example.com/keys', GUANXI_OIDC_ROLES_CLAIM: 'realm_access.roles' };
    expect(loadConfiguration(env).access).toEqual({
      keyFile: '/run/secrets/key', oidc: { issuer: 'https://login.example.com', audience: 'guanxi', jwksUrl: 'https://login.example.com/keys', rolesClaim: 'realm_access.roles' },
    });
  });

  it('does not repeat a key that is malformed', () => {
    expect(linesOf({ GUANXI_KEY: 'gx_secret' })).toEqual(['GUANXI_KEY must be a key: gx_, its id, _ and its secret; it is not shown here.']);
  });

  it('keeps the keys of persons where the log is, or where it is told', () => {
    const esdb = 'esdb://localhost:2113';
    expect(loadConfiguration({ GUANXI_EVENT_STORE: 'memory' }).privacy).toEqual({ seal: true, keyStore: 'memory', masterKey: {} });
    expect(loadConfiguration({ GUANXI_EVENT_STORE: esdb }).privacy.keyStore).toBe('embedded');
    expect(loadConfiguration({ GUANXI_EVENT_STORE: esdb, GUANXI_DOCUMENT_STORE: 'mongodb://a/b' }).privacy.keyStore).toBe('mongodb://a/b');
    expect(loadConfiguration({ GUANXI_ENCRYPTION: 'off', GUANXI_KEY_STORE: 'mongodb://c/d', GUANXI_MASTER_KEY: 'abc' }).privacy).toEqual({ seal: false, keyStore: 'mongodb://c/d', masterKey: { text: 'abc' } });
    expect(loadConfiguration({ GUANXI_VAULT_URL: 'http://vault:8200', GUANXI_VAULT_TOKEN: 't' }).privacy.masterKey).toEqual({ vault: { url: 'http://vault:8200', token: 't', key: 'guanxi' } });
  });

  it('knows where messages go', () => {
    const secret = `whsec_${'a'.repeat(32)}`;
    expect(loadConfiguration({ GUANXI_EVENT_STORE: 'memory' }).delivery).toEqual({ from: 'Guanxi <guanxi@localhost>' });
    expect(loadConfiguration({ GUANXI_SMTP_URL: 'smtp://me:pw@mail.example.com:587', GUANXI_MAIL_FROM: 'Tea <office@tea.example>', GUANXI_WEBHOOK_URL: 'https://shop.example/hook', GUANXI_WEBHOOK_SECRET: secret }).delivery)
      .toEqual({ from: 'Tea <office@tea.example>', folder: resolve('data', 'outbox'), smtp: 'smtp://me:pw@mail.example.com:587', webhook: { url: 'https://shop.example/hook', secret } });
  });

  it('shows no secret in what it says is wrong', () => {
    expect(linesOf({ GUANXI_MASTER_KEY: 's3cret'.repeat(1000) }).join()).not.toContain('s3cret');
    expect(linesOf({ GUANXI_MASTER_KEY: 's3cret', GUANXI_MASTER_KEY_FILE: '/k' }).join()).not.toContain('s3cret');
  });

  it('keeps the warehouse in the data folder, in memory where the log is, and has none where it is off', () => {
    expect(loadConfiguration({ GUANXI_EVENT_STORE: 'memory' }).warehouse).toEqual({});
    expect(loadConfiguration({ GUANXI_WAREHOUSE: 'off' }).warehouse).toBeUndefined();
  });

  it('tells variables that are probably misspelt', () => {
    expect(loadConfiguration({ GUANXI_PROT: '1', HOME: '/' }).unknown).toEqual(['GUANXI_PROT']);
  });

  it.each([
    [{ GUANXI_MASTER_KEY: 'a', GUANXI_MASTER_KEY_FILE: 'b' }, 'give one of them'],
    [{ GUANXI_VAULT_URL: 'http://vault' }, 'GUANXI_VAULT_TOKEN is missing'],
    [{ GUANXI_SMTP_URL: 'smtp://mail' }, 'GUANXI_MAIL_FROM must be given, too'],
    [{ GUANXI_SMTP_URL: 'mail', GUANXI_MAIL_FROM: 'office@tea.example' }, 'GUANXI_SMTP_URL must be the address of a mail server'],
    [{ GUANXI_MAIL_FROM: 'office' }, 'GUANXI_MAIL_FROM must be a mail address'],
    [{ GUANXI_WEBHOOK_URL: 'https://shop.example/hook' }, 'GUANXI_WEBHOOK_SECRET is missing'],
    [{ GUANXI_WEBHOOK_SECRET: `whsec_${'a'.repeat(32)}` }, 'GUANXI_WEBHOOK_URL is missing'],
    [{ GUANXI_WEBHOOK_URL: 'https://shop.example/hook', GUANXI_WEBHOOK_SECRET: 's3cret' }, 'must be whsec_ and the base64 of 24 to 64 bytes; it is not shown here.'],
    [{ GUANXI_KEY_STORE: 'memory' }, 'GUANXI_KEY_STORE must not be memory'],
    [{ GUANXI_PORT: 'abc' }, 'GUANXI_PORT must be a whole number'],
    [{ GUANXI_PORT: '70000' }, 'GUANXI_PORT must be a whole number from 0 to 65535; it is 70000.'],
    [{ GUANXI_PORT: '1e3' }, 'GUANXI_PORT must be a whole number'],
    [{ GUANXI_HOST: 'no host' }, 'GUANXI_HOST must be a host name'],
    [{ GUANXI_LOG_LEVEL: 'loud' }, 'GUANXI_LOG_LEVEL must be one of the following values: trace, debug'],
    [{ GUANXI_EVENT_STORE: 'esdb://' }, 'GUANXI_EVENT_STORE must name at least one host, like esdb://user:password@host:2113; it is "esdb://".'],
    [{ GUANXI_EVENT_STORE: 'postgres://localhost' }, 'GUANXI_EVENT_STORE must begin with esdb, esdb+discover, kurrentdb'],
    [{ GUANXI_EVENT_STORE: 'esdb://me:secret@host?tls=maybe' }, 'expected true or false; it is "esdb://…@host?tls=maybe".'],
    [{ GUANXI_EVENT_STORE: 'esdb://host?tlsCAFile=/nowhere/ca.crt' }, 'GUANXI_EVENT_STORE cannot be used: Failed to load certificate file. File was not found; it is'],
    [{ GUANXI_EVENT_STORE: 'esdb://host', GUANXI_EVENT_STORE_PREFIX: 'shop-' }, 'GUANXI_EVENT_STORE_PREFIX must be letters'],
    [{ GUANXI_EVENT_STORE_TIMEOUT: '0' }, 'GUANXI_EVENT_STORE_TIMEOUT must be a whole number of seconds from 1 to 600; it is 0.'],
    [{ GUANXI_EVENT_STORE_TIMEOUT: '5s' }, 'GUANXI_EVENT_STORE_TIMEOUT must be a whole number of seconds from 1 to 600; it is "5s".'],
    [{ GUANXI_EVENT_STORE: 'disk' }, 'GUANXI_EVENT_STORE must be embedded, memory or a connection string such as esdb://user:password@host:2113; it is "disk".'],
    [{ GUANXI_DOCUMENT_STORE: 'postgres://localhost' }, 'GUANXI_DOCUMENT_STORE must be embedded, memory, or where MongoDB is: mongodb://host/database'],
    [{ GUANXI_EVENT_STORE: 'memory', GUANXI_DOCUMENT_STORE: 'mongodb://localhost' }, 'GUANXI_DOCUMENT_STORE must be memory where GUANXI_EVENT_STORE is memory'],
    [{ GUANXI_PARTITIONS: '0' }, 'GUANXI_PARTITIONS must be a whole number from 1 to 64'],
    [{ GUANXI_CAUSATION_LIMIT: '0' }, 'GUANXI_CAUSATION_LIMIT must be a whole number from 1 to 10000'],
    [{ GUANXI_PROJECT: 'maybe' }, 'GUANXI_PROJECT must be one of the following values: on, off'],
    [{ GUANXI_AUDIT_WITNESS_URL: 'witness' }, 'GUANXI_AUDIT_WITNESS_URL must be an address such as https://'],
    [{ GUANXI_RATE_LIMIT: '0' }, 'GUANXI_RATE_LIMIT must be a number of requests in a minute, or off; it is "0".'],
    [{ GUANXI_OIDC_ISSUER: 'https://login.example.com' }, 'GUANXI_OIDC_AUDIENCE and GUANXI_OIDC_JWKS_URL must be given, too'],
    [{ GUANXI_OIDC_ROLES_CLAIM: 'roles' }, 'GUANXI_OIDC_ISSUER and GUANXI_OIDC_AUDIENCE and GUANXI_OIDC_JWKS_URL must be given'],
    [{ GUANXI_OIDC_ISSUER: 'https://a.example', GUANXI_OIDC_AUDIENCE: 'guanxi', GUANXI_OIDC_JWKS_URL: 'http://a.example/keys' }, 'GUANXI_OIDC_JWKS_URL must begin with https://'],
    [{ GUANXI_AUDIT_INTERVAL: '0' }, 'GUANXI_AUDIT_INTERVAL must be a whole number of seconds from 1 to 86400; it is 0.'],
    [{ GUANXI_FIRST_DATA: 'yes' }, 'GUANXI_FIRST_DATA must be one of the following values: on, off; it is "yes".'],
    [{ GUANXI_EVENT_STORE: 'memory', GUANXI_DOCUMENT_STORE: 'embedded' }, 'GUANXI_DOCUMENT_STORE must be memory where GUANXI_EVENT_STORE is memory'],
  ])('says which variable is wrong and why: %j', (env, words) => {
    expect(linesOf(env as unknown as Record<string, string>)).toEqual([expect.stringContaining(words)]);
  });

  it('has one line for each wrong variable', () => {
    expect(linesOf({ GUANXI_PORT: '-1', GUANXI_LOG_LEVEL: 'x' })).toHaveLength(2);
  });
});
