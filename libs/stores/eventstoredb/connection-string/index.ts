import { createRequire } from 'node:module';
import type { EventStoreDBClient } from '@eventstore/db-client';

/** A connection string that cannot be used; the message says what to change and holds no password. */
export class InvalidConnectionString extends Error {
  override readonly name = 'InvalidConnectionString';
}

/** What a connection string says, as far as the adapter itself needs it. */
export interface ConnectionString {
  /** In the form that the client takes. */
  text: string;
  /** For messages: the hosts without the credentials. */
  hosts: string;
  /** Reads have to be answered by the leader of a cluster, which has every acknowledged event. */
  readsFromLeader: boolean;
}

const SCHEMES: Readonly<Record<string, string>> = {
  esdb: 'esdb', 'esdb+discover': 'esdb+discover',
  kurrentdb: 'esdb', 'kurrentdb+discover': 'esdb+discover',
  kurrent: 'esdb', 'kurrent+discover': 'esdb+discover',
  kdb: 'esdb', 'kdb+discover': 'esdb+discover',
};
const OPTIONS = [
  'tls', 'tlsCAFile', 'userCertFile', 'userKeyFile', 'nodePreference', 'connectionName', 'defaultDeadline', 'discoveryInterval',
  'gossipTimeout', 'maxDiscoverAttempts', 'keepAliveInterval', 'keepAliveTimeout', 'throwOnAppendFailure',
];

export const isConnectionString = (text: string) => /^([a-z+]+):\/\//i.exec(text)?.[1]?.toLowerCase() as string in SCHEMES;

/** @throws InvalidConnectionString */
export function parseConnectionString(given: string): ConnectionString {
  const [, scheme = '', rest = ''] = /^([^:]*):\/\/(.*)$/s.exec(given.trim()) ?? [];
  const clientScheme = SCHEMES[scheme.toLowerCase()];
  if (clientScheme === undefined) throw new InvalidConnectionString(`must begin with ${Object.keys(SCHEMES).slice(0, 4).join(', ')} and ://`);
  const [authority = '', query = ''] = rest.split('?', 2);
  const options = parametersIn(query);
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).replace(/\/+$/, '');
  if (!/^[^\s,/@:]+(:\d{1,5})?(,[^\s,/@:]+(:\d{1,5})?)*$/.test(hosts)) throw new InvalidConnectionString('must name at least one host, like esdb://user:password@host:2113');
  // Without certificates there is none to verify: other clients' strings say so all the same.
  const text = `${clientScheme}://${rest}`.replace(/([?&])tlsVerifyCert=[^&]*(&|$)/i, (_, before: string, after: string) => (after === '&' ? before : ''));
  check(text);
  const isCluster = clientScheme.endsWith('discover') || hosts.includes(',');
  return { text, hosts, readsFromLeader: isCluster && (options.get('nodepreference') ?? 'leader') === 'leader' };
}

/** The client only warns of these, on the terminal and with the password. */
function parametersIn(query: string): Map<string, string> {
  const known = new Map(OPTIONS.map((option) => [option.toLowerCase(), option]));
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value.toLowerCase()] as const);
  const unencrypted = parameters.some(([name, value]) => name === 'tls' && value === 'false');
  for (const [name] of parameters) {
    if (name === 'tlsverifycert' && !unencrypted) throw new InvalidConnectionString('has tlsVerifyCert, which the client cannot do: name the authority that signed the certificate with tlsCAFile instead');
    if (!known.has(name) && name !== 'tlsverifycert') throw new InvalidConnectionString(`has an option ${name} that does not exist: there are ${OPTIONS.join(', ')}`);
  }
  return new Map(parameters);
}

/** The client's own check, which also reads the files of certificates. It is loaded where it is wanted: it takes its time. */
function check(text: string): void {
  const client = createRequire(import.meta.url)('@eventstore/db-client') as { EventStoreDBClient: typeof EventStoreDBClient };
  try {
    client.EventStoreDBClient.connectionString(text);
  } catch (error) {
    // What the client found unexpected may be a part of the password.
    const why = (error as Error).message.replace(/^Unexpected ".*" at position/s, 'is wrong at position');
    throw new InvalidConnectionString(`cannot be used: ${why.replace(/\.$/, '')}`, { cause: error });
  }
}
