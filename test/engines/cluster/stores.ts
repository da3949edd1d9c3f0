import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentStore, EventStore } from '#event-sourcing';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { MongoDocumentStore } from '#stores/mongodb';
import { ServerProcess } from '../eventstoredb/server-process.js';
import { inDatabaseOfItsOwn } from '../mongodb/database-of-its-own.js';
import { whyNotInstalled } from '../mongodb/installation.js';
import { ProtocolServer } from '../mongodb/protocol-server.js';
import { KEY } from './authorization.js';

const NAMED = { events: process.env['GUANXI_TEST_EVENT_STORE'], documents: process.env['GUANXI_TEST_DOCUMENT_STORE'] };

/** So that the applications find out soon of a server which a test kills or freezes. */
const IMPATIENT = 'serverSelectionTimeoutMS=500&connectTimeoutMS=500&heartbeatFrequencyMS=500';

/** Why there can be no cluster; undefined where there can. */
export const whyNoCluster = (): string | undefined => (NAMED.documents === undefined ? whyNotInstalled() : undefined);

/** Two servers, named by the environment or started here, and on them what belongs to one test alone. */
export class ClusterStores {
  /** Seen from here. */
  readonly events: EventStore;
  readonly documents: DocumentStore;
  /** What the applications are told of the servers. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(
    /** Of servers that were started here; those of others are not ours to kill. */
    readonly servers: { events?: ServerProcess; documents?: ProtocolServer },
    private readonly folder: string,
    urls: { events: string; documents: string },
    /** Of the connection of the applications to the document store. */
    options = '',
  ) {
    const prefix = `test${randomUUID().slice(0, 8)}/`;
    const documents = inDatabaseOfItsOwn(urls.documents);
    this.events = new EventStoreDbEventStore({ connection: urls.events, prefix });
    this.documents = new MongoDocumentStore({ url: documents });
    const keyFile = join(folder, 'administrator-key');
    writeFileSync(keyFile, KEY, { mode: 0o600 });
    // Processes on several machines are given the same one.
    const masterKey = randomBytes(32).toString('base64');
    this.env = { GUANXI_MASTER_KEY: masterKey, GUANXI_KEY_FILE: keyFile, GUANXI_EVENT_STORE: urls.events, GUANXI_EVENT_STORE_PREFIX: prefix, GUANXI_DOCUMENT_STORE: documents + options };
  }

  /** @param own servers of its own in any case, which keep what they acknowledge, so that they may be killed. */
  static async open({ own }: { own: boolean }): Promise<ClusterStores> {
    const folder = mkdtempSync(join(tmpdir(), 'guanxi-cluster-'));
    const named = own ? { events: undefined, documents: undefined } : NAMED;
    const events = named.events === undefined ? await ServerProcess.start(own ? { file: join(folder, 'log.jsonl') } : {}) : undefined;
    const documents = named.documents === undefined ? await ProtocolServer.start(own) : undefined;
    const urls = { events: named.events ?? events!.url, documents: named.documents ?? documents!.url };
    return new ClusterStores({ ...(events && { events }), ...(documents && { documents }) }, folder, urls, own ? `?${IMPATIENT}` : '');
  }

  async remove(): Promise<void> {
    for (const collection of await this.documents.listCollections()) await this.documents.dropCollection(collection);
    await this.documents.close();
    await this.events.close();
    await this.servers.events?.kill();
    await this.servers.documents?.remove();
    rmSync(this.folder, { recursive: true });
  }
}
