import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleOf, consistencyAnswer, headAnswer, openAudit, proofAnswer, verifyLog, type Audit, type ConsistencyAnswer, type HeadAnswer, type ProofAnswer, type Report, type Selection, type VerifyOptions } from '#audit';
import { openStores, type Configuration, type Stores } from '#composition';
import { DataFolder } from '#stores/sqlite';
import { Failed } from '../terminal/exit.js';
import { lineLog } from '../terminal/line-log.js';
import { credentialsOf, type Credentials } from './credentials.js';
import { askServer, streamFromServer } from './remote-audit.js';

/** A witness that answers has done so in this time; one that does not gets the head with the next one. */
const WITNESS_MS = 10_000;
const LOG_FILE = 'events.db';

export type KeyedHead = HeadAnswer & { publicKey: string };

/** What a command line can ask of the transparency log, whether it opens the stores or a server has them. */
export interface AuditAccess {
  makeHead(): Promise<KeyedHead>;
  heads(limit: number): Promise<{ heads: HeadAnswer[]; total: number; publicKey: string }>;
  /** Undefined where there is no such event. */
  prove(which: string): Promise<(ProofAnswer & { publicKey: string }) | undefined>;
  consistency(from: number, to: number): Promise<ConsistencyAnswer>;
  bundle(selection: Selection): AsyncIterable<string | Uint8Array>;
  close(): Promise<void>;
}

/** @throws Failed there is no data yet. @throws DataFolderInUse @throws UnusableAuditKey */
export async function openAuditAccess(configuration: Configuration): Promise<AuditAccess> {
  const running = existsSync(configuration.data) && configuration.eventStore === 'embedded' ? await DataFolder.running(configuration.data) : undefined;
  return running?.url !== undefined ? remote(running.url, await credentialsOf(configuration)) : openLocalAudit(configuration);
}

/** The stores alone, without an engine: nothing is appended and no view is fed. */
export async function openLocalAudit(configuration: Configuration): Promise<LocalAudit> {
  if (configuration.eventStore === 'embedded' && !existsSync(join(configuration.data, LOG_FILE))) {
    throw new Failed(`There is no data in ${configuration.data} yet. Start Guanxi (npm start) or import something, or name another folder with --data or GUANXI_DATA.`);
  }
  const stores = await openStores(configuration, lineLog);
  try {
    return new LocalAudit(stores, openAudit(configuration.audit, { ...stores, log: lineLog }));
  } catch (error) {
    await stores.close();
    throw error;
  }
}

export class LocalAudit implements AuditAccess {
  constructor(
    private readonly stores: Stores,
    readonly audit: Audit,
  ) {}

  async makeHead(): Promise<KeyedHead> {
    const head = await this.audit.makeHead();
    await Promise.race([this.audit.settled(), sleep(WITNESS_MS, undefined, { ref: false })]);
    return { ...headAnswer(head), publicKey: this.audit.publicKey };
  }

  async heads(limit: number) {
    const { heads, total } = await this.audit.heads.list(limit);
    return { heads: heads.reverse().map(headAnswer), total, publicKey: this.audit.publicKey };
  }

  async prove(which: string) {
    const proof = await this.audit.prove(/^\d+$/.test(which) ? Number(which) : which);
    return proof && { ...proofAnswer(proof), publicKey: this.audit.publicKey };
  }

  async consistency(from: number, to: number): Promise<ConsistencyAnswer> {
    return consistencyAnswer(await this.audit.consistency(from, to));
  }

  bundle(selection: Selection): AsyncIterable<string> {
    return bundleOf(this.audit, selection);
  }

  verify(options: VerifyOptions): Promise<Report> {
    return verifyLog(this.audit, this.stores.documents, options);
  }

  async close(): Promise<void> {
    await this.audit.close();
    await this.stores.close();
  }
}

/** The server that has the data folder, over its HTTP API. */
function remote(url: string, credentials: Credentials): AuditAccess {
  return {
    makeHead: () => askServer<KeyedHead>(url, credentials, 'POST', '/audit/heads'),
    heads: (limit) => askServer(url, credentials, 'GET', `/audit/heads?limit=${limit}`),
    prove: (which) => askServer<ProofAnswer & { publicKey: string }>(url, credentials, 'GET', `/audit/events/${encodeURIComponent(which)}`),
    consistency: (from, to) => askServer(url, credentials, 'GET', `/audit/consistency?from=${from}&to=${to}`),
    bundle: (selection) => streamFromServer(url, credentials, `/audit/bundle?${new URLSearchParams(selection as Record<string, string>).toString()}`),
    close: async () => undefined,
  };
}
