import { view } from '#event-sourcing';
import { DailyReportNoted } from '../domain/daily-report.js';

export interface DailyNotesRow {
  customerId: string;
  day: string;
  representativeId: string;
  /** In the order in which they were written. */
  notes: string[];
}

/** Keyed `report/customer`. */
export const dailyNotes = view<DailyNotesRow>('daily_notes', {
  version: 1,
  summary: 'What representatives learnt of customers day by day, from their daily reports.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['notes'],
  record: 'customerId',
  indexes: [{ customerId: 1, day: -1 }, { representativeId: 1, day: -1 }],
}).on(DailyReportNoted, ({ data: { dailyreportId, customerId } }) => `${dailyreportId}/${customerId}`, (row, { data: { customerId, day, representativeId, note } }) => ({
  customerId, day, representativeId, notes: [...(row?.notes ?? []), note],
}));
