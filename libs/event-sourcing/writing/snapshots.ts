import { isDeepStrictEqual } from 'node:util';
import type { Aggregate } from '../modelling/aggregate.js';
import type { DocumentStore } from '../ports/document-store.js';
import type { Position } from '../ports/event-store.js';
import { errorFields, type Log, type Telemetry } from '../support.js';
import { CommandLedger } from './command-ledger.js';

export const SNAPSHOTS = 'snapshots';

/** An aggregate as it stood after the event `eventId`. */
export interface Snapshot<State> {
  state: State;
  revision: number;
  position: Position;
  eventId: string;
  ledger: CommandLedger;
}

interface StoredSnapshot {
  version: number;
  state: unknown;
  revision: number;
  eventId: string;
  ledger: string;
}

/** Snapshots only save time: one that is missing, stale or broken is never an error, only a longer read. */
export class Snapshots {
  private readonly writing = new Map<string, Promise<void>>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly log: Log,
    private readonly telemetry: Telemetry,
  ) {}

  async load<State>(aggregate: Aggregate<string, State>, stream: string): Promise<Snapshot<State> | undefined> {
    try {
      const stored = (await this.documents.load(SNAPSHOTS, [stream])).get(stream);
      if (!stored?.document) return undefined;
      const snapshot = stored.document as StoredSnapshot;
      if (snapshot.version !== aggregate.snapshots.version) return this.ignore(stream, `has schema version ${snapshot.version}`);
      checkShape(snapshot, aggregate.initial);
      this.telemetry.snapshot('used');
      const { revision, eventId } = snapshot;
      return { state: snapshot.state as State, revision, eventId, position: stored.position, ledger: CommandLedger.decode(snapshot.ledger) };
    } catch (error) {
      return this.ignore(stream, errorFields(error).error);
    }
  }

  /** Says that a snapshot does not fit its stream and is not used. */
  ignore(stream: string, reason: string): undefined {
    this.telemetry.snapshot('ignored');
    this.log.warn({ stream, reason }, 'snapshot ignored; the aggregate is read from its events and the snapshot replaced');
  }

  /** Writes behind the command that caused it, one at a time for each stream; failures are logged and counted. */
  save<State>(aggregate: Aggregate<string, State>, stream: string, snapshot: Snapshot<State>): void {
    if (this.writing.has(stream)) return;
    const write = this.write(aggregate, stream, snapshot)
      .then(() => this.telemetry.snapshot('written'))
      .catch((error: unknown) => {
        this.telemetry.snapshot('failed');
        this.log.warn({ stream, ...errorFields(error) }, 'snapshot not written');
      })
      .finally(() => this.writing.delete(stream));
    this.writing.set(stream, write);
  }

  /** Removes the snapshot of a stream. @returns whether there was one. */
  async drop(stream: string): Promise<boolean> {
    await this.writing.get(stream);
    const stored = (await this.documents.load(SNAPSHOTS, [stream])).get(stream);
    if (!stored?.document) return false;
    return this.documents.compareAndSet(SNAPSHOTS, { key: stream, document: null, position: stored.position }, stored.position);
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.writing.values());
  }

  private async write<State>(aggregate: Aggregate<string, State>, stream: string, snapshot: Snapshot<State>): Promise<void> {
    const document: StoredSnapshot = {
      version: aggregate.snapshots.version,
      state: snapshot.state,
      revision: snapshot.revision,
      eventId: snapshot.eventId,
      ledger: snapshot.ledger.encode(),
    };
    const before = (await this.documents.load(SNAPSHOTS, [stream])).get(stream)?.position;
    await this.documents.compareAndSet(SNAPSHOTS, { key: stream, document, position: snapshot.position }, before);
  }
}

function checkShape(snapshot: StoredSnapshot, initial: unknown): void {
  if (!Number.isSafeInteger(snapshot.revision) || snapshot.revision < 0) throw new Error('has no revision');
  if (typeof snapshot.eventId !== 'string' || typeof snapshot.ledger !== 'string') throw new Error('lacks fields');
  if (isDeepStrictEqual(snapshot.state, undefined) || typeof snapshot.state !== typeof initial) throw new Error('has no state');
}
