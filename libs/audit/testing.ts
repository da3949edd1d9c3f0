import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { type EventStore, type EventToAppend } from '#event-sourcing';
import { DataFolder, SqliteDocumentStore, SqliteEventStore } from '#stores/sqlite';
import { type Audit } from './audit.js';
import { openAudit } from './open-audit.js';

/** The transparency log over stores in files of a folder of its own, which tests open, close and change by hand. */
export class AuditedFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'guanxi-audit-'));
  readonly data = join(this.path, 'data');
  readonly heads = join(this.path, 'heads');
  readonly key = join(this.path, 'key.pem');

  /** With the stores open for as long as `use` takes. */
  async open<T>(use: (opened: { audit: Audit; events: SqliteEventStore; documents: SqliteDocumentStore }) => Promise<T>): Promise<T> {
    const folder = await DataFolder.open(this.data);
    const events = await SqliteEventStore.open({ folder });
    const documents = await SqliteDocumentStore.open({ folder });
    const audit = openAudit({ keyFile: this.key, headsFolder: this.heads }, { events, documents });
    try {
      return await use({ audit, events, documents });
    } finally {
      await audit.close();
      await documents.close();
      await events.close();
      await folder.close();
    }
  }

  /** The file of the log, in the hands of somebody who may write it. */
  tamper(change: (log: DatabaseSyncInstance) => void): void {
    const log = new DatabaseSync(join(this.data, 'events.db'));
    change(log);
    log.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    log.close();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An event of the customer, made at a minute of its own. */
export function noted(customerId: string, number: number): EventToAppend {
  const commandId = randomUUID();
  return {
    id: randomUUID(), type: 'CustomerNoted', schemaVersion: 1, occurredAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
    data: { customerId, note: `Note ${number} on them`, number }, metadata: { commandId, correlationId: commandId, actor: 'tester', source: 'test' },
  };
}

/** So many more events, of seven customers in turn. */
export async function appendNotes(events: EventStore, count: number, from = 0): Promise<void> {
  for (let number = from; number < from + count; number++) await events.append(`customer-c${number % 7}`, 'any', [noted(`c${number % 7}`, number)]);
}
