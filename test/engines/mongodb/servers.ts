import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { inDatabaseOfItsOwn } from './database-of-its-own.js';
import { differencesOf, ofInstalledServer } from './differences.js';
import { whyNotInstalled } from './installation.js';
import { ProtocolServer } from './protocol-server.js';

export interface TestServer {
  /** With a database that the suite has to itself, and that is dropped at its end. Known once tests run. */
  url(): string;
  leftOut: ReadonlyMap<string, string>;
}

const STARTING_MS = 60_000;

/** Runs a suite on the server that the environment names, and on one that is installed here. */
export async function onEachServer(title: string, suite: (server: TestServer) => void): Promise<void> {
  const named = process.env['GUANXI_TEST_DOCUMENT_STORE'];
  if (named) {
    const leftOut = await differencesOf(named);
    describe(`${title}, on the server that GUANXI_TEST_DOCUMENT_STORE names`, () => withDatabase(() => named, leftOut, suite));
  }
  onInstalledServer(title, { keeps: false }, (server) => withDatabase(() => server().url, ofInstalledServer, suite));
}

function withDatabase(address: () => string, leftOut: TestServer['leftOut'], suite: (server: TestServer) => void): void {
  let own: string | undefined;
  const url = () => (own ??= inDatabaseOfItsOwn(address()));
  afterAll(async () => {
    if (own === undefined) return;
    const client = new MongoClient(own);
    await client.db().dropDatabase();
    await client.close();
  });
  // In a block of its own, so that its last hooks still find the database.
  describe('in a database of its own', () => suite({ url, leftOut }));
}

/** Runs a suite on a server that is installed here, started for it alone; where there is none, says so in one line. */
export function onInstalledServer(title: string, { keeps }: { keeps: boolean }, suite: (server: () => ProtocolServer) => void): void {
  const why = whyNotInstalled();
  if (why !== undefined) {
    process.stderr.write(`Tests on a server of MongoDB's protocol are skipped: ${why}.\n`);
    it.skip(`${title}, on an installed server (${why})`, () => undefined);
    return;
  }
  describe('on an installed server', () => {
    let server: ProtocolServer;
    beforeAll(async () => {
      server = await ProtocolServer.start(keeps);
    }, STARTING_MS);
    afterAll(() => server.remove());
    // In a block of its own, so that its last hooks still find the server.
    describe(title, () => suite(() => server));
  });
}
