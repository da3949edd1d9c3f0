import { view } from '#event-sourcing';
import { CustomerImportCompleted, CustomerImportReverted, CustomerImportStarted } from '../domain/import-batch.js';

export interface ImportBatchRow {
  kind: string;
  file: string;
  /** `started`: it runs, or was broken off and can be run again. */
  status: 'started' | 'completed' | 'reverted';
  startedAt: string;
  startedBy: string;
  completedAt?: string;
  rows?: number;
  added?: number;
  duplicates?: number;
  rejected?: number;
  reverted?: { at: string; by: string; reason: string; events: number; streams: number; kept: number };
}

export const importBatches = view<ImportBatchRow>('import_batches', {
  version: 1,
  allow: ['manager'],
  personal: [],
  record: null,
  summary: 'The imports: what came in with each, and whether it was undone.',
  indexes: [{ startedAt: -1 }],
})
  .key((event) => event.data.importId)
  .on(CustomerImportStarted, (_, { data: { kind, file }, recordedAt, metadata }) => ({ kind, file, status: 'started', startedAt: recordedAt, startedBy: metadata.actor }))
  .on(CustomerImportCompleted, (row, { data: { importId: _, ...counts }, recordedAt }) => row && { ...row, ...counts, status: 'completed', completedAt: recordedAt })
  .on(CustomerImportReverted, (row, { data: { reason, events, streams, kept }, recordedAt, metadata }) => row && {
    ...row, status: 'reverted', reverted: { at: recordedAt, by: metadata.actor, reason, events, streams, kept },
  });
