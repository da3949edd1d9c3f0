import { join, resolve } from 'node:path';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUrl, Matches, Max, Min, validateSync, ValidateBy } from 'class-validator';
import { KEY_FORM, type TokenIssuer } from '#access';
import { type AuditPlaces } from '#audit';
import { type DeliveryPlaces } from '#delivery';
import { IsText } from '#event-sourcing/validation';
import { InvalidConnectionString, isConnectionString, parseConnectionString } from '#stores/eventstoredb/connection-string';
import { LOG_LEVELS, type LogLevel } from '#telemetry';
import { deliveryOf, deliveryProblems, MAILBOX_FORM, SECRET_FORM, SMTP_FORM } from './delivery-configuration.js';
import { IsDocumentStore, isMongoUrl, type DocumentStoreKind } from './document-store-kind.js';
import { InvalidConfiguration } from './invalid-configuration.js';
import { type WarehousePlaces } from './warehouse.js';
import { privacyOf, privacyProblems, type PrivacyConfiguration } from './privacy-configuration.js';

const STORES = ['embedded', 'memory'] as const;
export type StoreKind = (typeof STORES)[number];
/** One of this process, or the connection string of an EventStoreDB. */
export type EventStoreChoice = StoreKind | `${string}://${string}`;

export interface Configuration {
  /** Absolute path of the data folder; unused where both stores are in memory. */
  data: string;
  host: string;
  /** 0: any that is free. */
  port: number;
  logLevel: LogLevel;
  eventStore: EventStoreChoice;
  /** Put before the name of every stream where the event store is a server. */
  eventStorePrefix: string;
  /** Milliseconds that such a server may be silent to an append or a read. */
  eventStoreTimeoutMs: number;
  documentStore: DocumentStoreKind;
  /** Whether this process feeds views; where their store is a server others may do it. */
  project: boolean;
  /** Into how many parts a view is split when it is built: so many processes can feed it at most. */
  partitions: number;
  /** How many commands of processes may lead to one another. */
  causationLimit: number;
  /** Whether an empty log gets the invented first data. */
  firstData: boolean;
  /** Where the audit key and the signed heads of the log are. */
  audit: AuditPlaces & { everySeconds: number };
  /** Who is let in, and how often. */
  access: {
    /** Where the administrator's key of the first start is; absent where everything is in memory. */
    keyFile?: string;
    /** What the command line shows to a server, where that is not the key in the file. */
    key?: string;
    /** Absent: only keys are accepted. */
    oidc?: TokenIssuer;
    /** Absent: they are not counted. */
    requestsPerMinute?: number;
  };
  /** How what is personal is sealed, and where the keys are. */
  privacy: PrivacyConfiguration;
  /** Where messages go that leave the firm. */
  delivery: DeliveryPlaces;
  /** Where the star schema is; absent where it is off. */
  warehouse?: WarehousePlaces;
  /** Variables that look like ours and are not: probably misspelt. */
  unknown: readonly string[];
}

const MAX_PARTITIONS = 64;
const SHARED_PARTITIONS = 4;
const PARTITIONS = { message: `$property must be a whole number from 1 to ${MAX_PARTITIONS}` };
const MAX_DEPTH = 10_000;
const DEPTH = { message: `$property must be a whole number from 1 to ${MAX_DEPTH}` };
const asNumber = ({ value }: { value: unknown }) => (/^\d+$/.test(String(value)) ? Number(value) : value);
const SECONDS = { message: '$property must be a whole number of seconds from 1 to 86400' };
const SILENCE = { message: '$property must be a whole number of seconds from 1 to 600' };
const URL_RULES = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const WEB_ADDRESS = { message: '$property must be an address such as https://login.example.com' };
const PORT = { message: '$property must be a whole number from 0 to 65535' };

/** The environment variables that Guanxi reads, and what each may be. */
export class Environment {
  @IsText(1000) GUANXI_DATA = './data';
  @Matches(/^[A-Za-z0-9.:%_-]{1,255}$/, { message: '$property must be a host name or an address such as 127.0.0.1' })
  GUANXI_HOST = '127.0.0.1';
  @Transform(asNumber)
  @IsInt(PORT) @Min(0, PORT) @Max(65_535, PORT) GUANXI_PORT = 3000;
  @IsIn(LOG_LEVELS) GUANXI_LOG_LEVEL: LogLevel = 'info';
  @IsEventStore() GUANXI_EVENT_STORE: EventStoreChoice = 'embedded';
  @Matches(/^([A-Za-z0-9][A-Za-z0-9._/]{0,98}[._/])?$/, { message: '$property must be letters, digits, dots, underscores and slashes, at most 100, and end with one of the last three, such as shop/' })
  GUANXI_EVENT_STORE_PREFIX = '';
  @Transform(asNumber)
  @IsInt(SILENCE) @Min(1, SILENCE) @Max(600, SILENCE) GUANXI_EVENT_STORE_TIMEOUT = 5;
  @IsDocumentStore() GUANXI_DOCUMENT_STORE: DocumentStoreKind = 'embedded';
  @IsIn(['on', 'off']) GUANXI_PROJECT = 'on';
  @Transform(asNumber)
  @IsInt(PARTITIONS) @Min(1, PARTITIONS) @Max(MAX_PARTITIONS, PARTITIONS) GUANXI_PARTITIONS = 1;
  @Transform(asNumber)
  @IsInt(DEPTH) @Min(1, DEPTH) @Max(MAX_DEPTH, DEPTH) GUANXI_CAUSATION_LIMIT = 32;
  @IsIn(['on', 'off']) GUANXI_FIRST_DATA = 'on';
  @IsOptional() @IsText(1000) GUANXI_AUDIT_KEY?: string = undefined;
  @IsOptional() @IsText(1000) GUANXI_AUDIT_HEADS?: string = undefined;
  @IsOptional() @IsUrl(URL_RULES, { message: '$property must be an address such as https://witness.example/guanxi' })
  GUANXI_AUDIT_WITNESS_URL?: string = undefined;
  @IsOptional() @IsText(1000) GUANXI_KEY_FILE?: string = undefined;
  @IsOptional() @Matches(KEY_FORM, { message: '$property must be a key: gx_, its id, _ and its secret' }) GUANXI_KEY?: string = undefined;
  @IsOptional() @IsUrl(URL_RULES, WEB_ADDRESS) GUANXI_OIDC_ISSUER?: string = undefined;
  @IsOptional() @IsText(500) GUANXI_OIDC_AUDIENCE?: string = undefined;
  @IsOptional() @IsUrl(URL_RULES, WEB_ADDRESS) GUANXI_OIDC_JWKS_URL?: string = undefined;
  @IsOptional() @Matches(/^[A-Za-z0-9_:/-]+(\.[A-Za-z0-9_:/-]+)*$/, { message: '$property must be the path of a claim, such as roles or realm_access.roles' })
  GUANXI_OIDC_ROLES_CLAIM?: string = undefined;
  @Matches(/^(off|[1-9]\d{0,8})$/, { message: '$property must be a number of requests in a minute, or off' }) GUANXI_RATE_LIMIT = '60000';
  @Transform(asNumber)
  @IsInt(SECONDS) @Min(1, SECONDS) @Max(86_400, SECONDS) GUANXI_AUDIT_INTERVAL = 60;
  @IsIn(['on', 'off']) GUANXI_WAREHOUSE = 'on';
  @IsIn(['on', 'off']) GUANXI_ENCRYPTION = 'on';
  @IsOptional() @IsDocumentStore() GUANXI_KEY_STORE?: DocumentStoreKind = undefined;
  @IsOptional() @IsText(4000) GUANXI_MASTER_KEY?: string = undefined;
  @IsOptional() @IsText(1000) GUANXI_MASTER_KEY_FILE?: string = undefined;
  @IsOptional() @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false }, { message: '$property must be an address such as https://vault.example:8200' })
  GUANXI_VAULT_URL?: string = undefined;
  @IsOptional() @IsText(4000) GUANXI_VAULT_TOKEN?: string = undefined;
  @Matches(/^[A-Za-z0-9_.-]{1,200}$/, { message: '$property must be the name of a key of Vault\'s transit engine' }) GUANXI_VAULT_KEY = 'guanxi';
  @IsOptional() @Matches(SMTP_FORM, { message: '$property must be the address of a mail server, such as smtp://user:password@mail.example.com:587' })
  GUANXI_SMTP_URL?: string = undefined;
  @Matches(MAILBOX_FORM, { message: '$property must be a mail address, or a name and one: Guanxi <office@firm.example>' }) GUANXI_MAIL_FROM = 'Guanxi <guanxi@localhost>';
  @IsOptional() @IsUrl(URL_RULES, { message: '$property must be an address such as https://shop.example.com/hooks/guanxi' }) GUANXI_WEBHOOK_URL?: string = undefined;
  @IsOptional() @Matches(SECRET_FORM, { message: '$property must be whsec_ and the base64 of 24 to 64 bytes' }) GUANXI_WEBHOOK_SECRET?: string = undefined;
}

/**
 * What the environment asks for; a variable that is empty counts as not given.
 * @throws InvalidConfiguration
 */
export function loadConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const known = Object.keys(new Environment());
  const given = Object.entries(env).filter(([name, value]) => name.startsWith('GUANXI_') && value !== undefined && value !== '');
  const environment = plainToInstance(Environment, { ...defaultsFor(env), ...Object.fromEntries(given.filter(([name]) => known.includes(name))) });
  const lines = [...problemsOf(environment), ...contradictionsOf(environment), ...oidcContradictions(environment), ...privacyProblems(environment), ...deliveryProblems(environment)];
  if (lines.length > 0) throw new InvalidConfiguration(lines);
  return {
    data: resolve(environment.GUANXI_DATA),
    host: environment.GUANXI_HOST,
    port: environment.GUANXI_PORT,
    logLevel: environment.GUANXI_LOG_LEVEL,
    eventStore: environment.GUANXI_EVENT_STORE,
    eventStorePrefix: environment.GUANXI_EVENT_STORE_PREFIX,
    eventStoreTimeoutMs: environment.GUANXI_EVENT_STORE_TIMEOUT * 1_000,
    documentStore: environment.GUANXI_DOCUMENT_STORE,
    project: environment.GUANXI_PROJECT === 'on',
    partitions: environment.GUANXI_PARTITIONS,
    causationLimit: environment.GUANXI_CAUSATION_LIMIT,
    firstData: environment.GUANXI_FIRST_DATA === 'on',
    audit: auditOf(environment),
    access: accessOf(environment),
    privacy: privacyOf(environment),
    delivery: deliveryOf(environment),
    ...(environment.GUANXI_WAREHOUSE === 'on' && { warehouse: warehouseOf(environment) }),
    unknown: given.map(([name]) => name).filter((name) => !known.includes(name)),
  };
}

/** Views in a folder cannot belong to a log that begins anew with each start; invented data does not belong on a server. */
function defaultsFor({ GUANXI_EVENT_STORE: events = '', GUANXI_DOCUMENT_STORE: documents = '' }: Readonly<Record<string, string | undefined>>) {
  return {
    ...(events === 'memory' && { GUANXI_DOCUMENT_STORE: 'memory' }),
    ...(isConnectionString(events) && { GUANXI_FIRST_DATA: 'off' }),
    ...(isMongoUrl(documents) && { GUANXI_PARTITIONS: SHARED_PARTITIONS }),
  };
}

/** A log that is gone with the process leaves no key and no heads behind, unless told where. */
function auditOf({ GUANXI_DATA: data, GUANXI_EVENT_STORE: events, GUANXI_AUDIT_KEY: key, GUANXI_AUDIT_HEADS: heads, GUANXI_AUDIT_WITNESS_URL: witnessUrl, GUANXI_AUDIT_INTERVAL: everySeconds }: Environment): Configuration['audit'] {
  const inData = (name: string) => (events === 'memory' ? undefined : join(data, name));
  const [keyFile, headsFolder] = [key ?? inData('audit-key.pem'), heads ?? inData('audit-heads')];
  return { everySeconds, ...(keyFile !== undefined && { keyFile: resolve(keyFile) }), ...(headsFolder !== undefined && { headsFolder: resolve(headsFolder) }), ...(witnessUrl !== undefined && { witnessUrl }) };
}

/** What was made of a log that is gone with the process is gone with it. */
function warehouseOf({ GUANXI_DATA: data, GUANXI_EVENT_STORE: events }: Environment): WarehousePlaces {
  return events === 'memory' ? {} : { file: resolve(data, 'warehouse.duckdb') };
}

function accessOf(environment: Environment): Configuration['access'] {
  const { GUANXI_DATA: data, GUANXI_EVENT_STORE: events, GUANXI_KEY_FILE: file, GUANXI_KEY: key, GUANXI_RATE_LIMIT: limit } = environment;
  const keyFile = file ?? (events === 'memory' ? undefined : join(data, 'administrator-key'));
  const oidc = oidcOf(environment);
  return { ...(keyFile !== undefined && { keyFile: resolve(keyFile) }), ...(key !== undefined && { key }), ...(oidc && { oidc }), ...(limit !== 'off' && { requestsPerMinute: Number(limit) }) };
}

function oidcOf({ GUANXI_OIDC_ISSUER: issuer, GUANXI_OIDC_AUDIENCE: audience, GUANXI_OIDC_JWKS_URL: jwksUrl, GUANXI_OIDC_ROLES_CLAIM: rolesClaim }: Environment): TokenIssuer | undefined {
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) return undefined;
  return { issuer, audience, jwksUrl, ...(rolesClaim !== undefined && { rolesClaim }) };
}

/** Tokens are believed for keys that come from there: nobody may change them on the way. */
const isSafeWay = (url: string): boolean => url.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(url);

function oidcContradictions(environment: Environment): string[] {
  const { GUANXI_OIDC_ISSUER, GUANXI_OIDC_AUDIENCE, GUANXI_OIDC_JWKS_URL, GUANXI_OIDC_ROLES_CLAIM } = environment;
  const needed = { GUANXI_OIDC_ISSUER, GUANXI_OIDC_AUDIENCE, GUANXI_OIDC_JWKS_URL };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined).map(([name]) => name);
  const isWanted = missing.length < 3 || GUANXI_OIDC_ROLES_CLAIM !== undefined;
  if (isWanted && missing.length > 0) return [`${missing.join(' and ')} must be given, too, for tokens of an identity provider to be accepted.`];
  if (GUANXI_OIDC_JWKS_URL !== undefined && !isSafeWay(GUANXI_OIDC_JWKS_URL)) return ['GUANXI_OIDC_JWKS_URL must begin with https://, unless it is on this machine.'];
  return [];
}

function problemsOf(environment: Environment): string[] {
  return validateSync(environment).map(({ property, value, constraints }) => {
    const why = new Set(Object.values(constraints ?? {}).map((message) => message.replace(`${property} `, '')));
    return `${property} ${[...why].join(', ')}; ${SECRETS.includes(property) ? 'it is not shown here' : `it is ${JSON.stringify(withoutPassword(value))}`}.`;
  });
}

const SECRETS = ['GUANXI_KEY', 'GUANXI_MASTER_KEY', 'GUANXI_VAULT_TOKEN', 'GUANXI_WEBHOOK_SECRET'];

/** What is wrong with a variable ends up in logs; its password does not. */
function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/:\/\/.*@/s, '://…@') : value;
}

function contradictionsOf({ GUANXI_EVENT_STORE: events, GUANXI_DOCUMENT_STORE: documents }: Environment): string[] {
  if (events !== 'memory' || documents === 'memory') return [];
  return ['GUANXI_DOCUMENT_STORE must be memory where GUANXI_EVENT_STORE is memory: views that are kept would outlive the log that they were folded from.'];
}

function IsEventStore(): PropertyDecorator {
  return ValidateBy({
    name: 'isEventStore',
    validator: {
      validate: (value) => STORES.includes(value as StoreKind) || problemOf(String(value)) === undefined,
      defaultMessage: (given) => `$property ${problemOf(String(given?.value))}`,
    },
  });
}

function problemOf(connection: string): string | undefined {
  if (!connection.includes('://')) return 'must be embedded, memory or a connection string such as esdb://user:password@host:2113';
  try {
    parseConnectionString(connection);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidConnectionString) return error.message;
    throw error;
  }
}
