import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Everything that an import records carries the id of the import as its correlation. */
@DomainEvent()
export class CustomerImportStarted {
  importId!: string;
  /** What the rows are. */
  @Plain() kind!: string;
  /** Name of the file. */
  @Plain() file!: string;
  /** Tells the same rows under the same mapping from all others. */
  @Plain() fingerprint!: string;
}

@DomainEvent()
export class CustomerImportCompleted {
  importId!: string;
  /** Rows of the file. */
  rows!: number;
  /** Rows that made events, by this run: those of an earlier run that was broken off are among the duplicates. */
  added!: number;
  duplicates!: number;
  rejected!: number;
}

/** What the import had recorded is withdrawn, event by event, in each stream. */
@DomainEvent()
export class CustomerImportReverted {
  importId!: string;
  /** Events that were withdrawn, and from how many streams. */
  events!: number;
  streams!: number;
  /** Events that count on, because something else rests on them. */
  kept!: number;
  @Plain() reason!: string;
}

export interface ImportBatchState {
  status: 'none' | 'started' | 'completed' | 'reverted';
  fingerprint: string;
}

const none: ImportBatchState = { status: 'none', fingerprint: '' };

export const ImportBatch = aggregate('customerimport', none)
  .on(CustomerImportStarted, (_, { fingerprint }) => ({ status: 'started', fingerprint }))
  .on(CustomerImportCompleted, (batch) => ({ ...batch, status: 'completed' }))
  .on(CustomerImportReverted, (batch) => ({ ...batch, status: 'reverted' }));
