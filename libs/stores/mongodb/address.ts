import { MongoClient } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';

const DEFAULT_DATABASE = 'guanxi';

/** What we want where the connection string says nothing else, in its own words. */
const DEFAULTS: Readonly<Record<string, string>> = {
  appName: 'guanxi',
  // An answer is due soon, be it that the store is away; the driver's own 30 s are longer than people wait.
  serverSelectionTimeoutMS: '5000',
  connectTimeoutMS: '5000',
  waitQueueTimeoutMS: '10000',
  // A server that hangs is found out within the time of one heartbeat and one connection.
  heartbeatFrequencyMS: '5000',
  // Longer than any answer takes; against connections that are dead without a word.
  socketTimeoutMS: '300000',
};

// oxlint-disable-next-line no-control-regex -- the null character is what is looked for
const UNFIT_DATABASE = /[/\\. "$*<>:|?\u0000]/;

export class InvalidAddress extends Error {
  override readonly name = 'InvalidAddress';
}

/** Where MongoDB is, and which of its databases is ours. */
export interface MongoAddress {
  /** The connection string with our defaults. */
  url: string;
  database: string;
  /** Hosts and database, without credentials and options: for messages. */
  name: string;
}

/** @throws InvalidAddress it is not a connection string of MongoDB, or has options that the driver does not know; the message says why. */
export function mongoAddress(connectionString: string): MongoAddress {
  try {
    const url = new ConnectionString(connectionString);
    for (const [option, value] of Object.entries(DEFAULTS)) if (!url.searchParams.has(option)) url.searchParams.set(option, value);
    const database = decodeURIComponent(url.pathname.slice(1)) || DEFAULT_DATABASE;
    if (UNFIT_DATABASE.test(database)) throw new TypeError(`"${database}" cannot be the name of a database: it may hold no space and none of / \\ . " $ * < > : | ?`);
    // The driver judges options when it is made; it connects later.
    new MongoClient(url.toString());
    return { url: url.toString(), database, name: `${url.protocol}//${url.hosts.join(',')}/${database}` };
  } catch (error) {
    throw new InvalidAddress((error as Error).message, { cause: error });
  }
}
