import { parentPort, workerData } from 'node:worker_threads';
import type { IndexSpec, Position } from '#event-sourcing';
import { Gate } from '../threads.js';
import { Collections } from './collections.js';
import { openForWriting } from './database.js';
import type { EncodedWrites } from './encoded.js';
import { DocumentWriter } from './writer.js';

export interface WriterOptions {
  file: string;
}

export type Change =
  /** One transaction goes on from the first part to the last; nothing else may come in between. Once a part has failed, the rest do. */
  | { kind: 'write'; part: readonly EncodedWrites[]; isFirst: boolean; isLast: boolean }
  | { kind: 'abandon' }
  | { kind: 'compareAndSet'; write: EncodedWrites; expected: Position | undefined }
  | { kind: 'ensureCollection'; collection: string; indexes: readonly IndexSpec[] }
  | { kind: 'dropCollection'; collection: string }
  /** Empties the write-ahead log; false where somebody still reads from it. */
  | { kind: 'purge' };

export type ChangeRequest = Change | 'close';

/** What is said of an error: error objects of SQLite do not cross between threads whole. */
export interface ChangeFault {
  message: string;
  code?: string;
}

/** One for each change, in their order. */
export type ChangeAnswer = { result: boolean } | { fault: ChangeFault };

const { file, gate: shared } = workerData as WriterOptions & { gate: SharedArrayBuffer };
const gate = new Gate(shared);
const port = parentPort!;

gate.pass(serve);

function serve(): void {
  const database = openForWriting(file);
  const collections = new Collections(database);
  const writer = new DocumentWriter(database, collections);

  port.on('message', (request: ChangeRequest) => gate.pass(() => (request === 'close' ? close() : port.postMessage(answer(request)))));

  function answer(change: Change): ChangeAnswer {
    try {
      if (change.kind === 'purge') return { result: emptyLog() };
      if (change.kind === 'write' && !change.isFirst && !database.isTransaction) return { fault: { message: 'an earlier part of this write has failed' } };
      if (!database.isTransaction) database.exec('BEGIN IMMEDIATE');
      const result = apply(change);
      if (change.kind !== 'write' || change.isLast) database.exec('COMMIT');
      return { result };
    } catch (error) {
      // After some errors, a full disk for one, SQLite has rolled back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      const { message, code } = error as ChangeFault;
      return { fault: { message, ...(code !== undefined && { code }) } };
    }
  }

  /** @returns whether anything was to be changed. */
  function apply(change: Exclude<Change, { kind: 'purge' }>): boolean {
    switch (change.kind) {
      case 'write':
        for (const writes of change.part) writer.write(writes);
        return true;
      case 'abandon':
        database.exec('ROLLBACK; BEGIN');
        return false;
      case 'compareAndSet':
        return writer.compareAndSet(change.write, change.expected);
      case 'ensureCollection':
        collections.index(change.collection, change.indexes);
        writer.forget();
        return true;
      case 'dropCollection':
        collections.drop(change.collection);
        writer.forget();
        return true;
    }
  }

  function emptyLog(): boolean {
    return (database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }).busy === 0;
  }

  // Statements that are not collected yet would keep SQLite from emptying the write-ahead log by itself.
  function close(): void {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    port.close();
  }
}
