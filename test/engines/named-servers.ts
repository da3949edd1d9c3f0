import { MongoClient } from 'mongodb';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { mongoAddress } from '#stores/mongodb';

/** A server that has just been started may need so long until it answers. */
const STARTING_MS = 60_000;
const ANSWER_MS = 10_000;

/** Runs before the tests: says which servers they are for, and lets none begin on one that is named and does not answer. */
export default async function nameServers(): Promise<void> {
  const { GUANXI_TEST_EVENT_STORE: events, GUANXI_TEST_DOCUMENT_STORE: documents } = process.env;
  say(`event store: ${events ? await answering('GUANXI_TEST_EVENT_STORE', () => eventStore(events)) : 'the test server, since GUANXI_TEST_EVENT_STORE is not set'}`);
  say(`document store: ${documents ? await answering('GUANXI_TEST_DOCUMENT_STORE', () => documentStore(documents)) : 'mongo-java-server where it is installed, since GUANXI_TEST_DOCUMENT_STORE is not set'}`);
}

async function answering(variable: string, ask: () => Promise<string>): Promise<string> {
  const end = performance.now() + STARTING_MS;
  for (let said: string | undefined; ; ) {
    try {
      return await ask();
    } catch (error) {
      const { name, message } = error as Error;
      if (name.startsWith('Invalid') || performance.now() > end) throw new Error(`${variable} names a server that the tests cannot use. ${message}`, { cause: error });
      if (message !== said) say(`${variable}: not yet there, waited for up to ${STARTING_MS / 1_000} s: ${message}`);
      said = message;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

async function eventStore(connection: string): Promise<string> {
  const store = new EventStoreDbEventStore({ connection, timeoutMs: ANSWER_MS });
  try {
    return `the one that GUANXI_TEST_EVENT_STORE names; its log is at position ${await store.head()}`;
  } finally {
    await store.close();
  }
}

async function documentStore(address: string): Promise<string> {
  const { url, name } = mongoAddress(address);
  const client = new MongoClient(url, { serverSelectionTimeoutMS: ANSWER_MS });
  try {
    const { version, gitVersion } = await client.db('admin').command({ buildInfo: 1 });
    return `${name}, which calls itself version ${String(version)} (${gitVersion === undefined ? 'of no build of MongoDB' : String(gitVersion)})`;
  } finally {
    await client.close();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
