import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { differencesOf, ofInstalledServer } from './differences.js';
import { whyNotInstalled } from './installation.js';
import { ProtocolServer } from './protocol-server.js';

export interface TestServer {
  /** Known once tests run. */
  url(): string;
  leftOut: ReadonlyMap<string, string>;
}

const STARTING_MS = 60_000;

/** Runs a suite on the server that the environment names, and on one that is installed here. */
export async function onEachServer(title: string, suite: (server: TestServer) => void): Promise<void> {
  const named = process.env['GUANXI_TEST_DOCUMENT_STORE'];
  if (named) {
    const leftOut = await differencesOf(named);
    describe(`${title}, on the server that GUANXI_TEST_DOCUMENT_STORE names`, () => suite({ url: () => named, leftOut }));
  }
  onInstalledServer(title, { keeps: false }, (server) => suite({ url: () => server().url, leftOut: ofInstalledServer }));
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
