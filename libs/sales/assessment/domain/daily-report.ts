import { aggregate, DomainEvent, notFound, Personal, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What a representative did on a day. */
@DomainEvent()
export class DailyReportSubmitted {
  dailyreportId!: string;
  representativeId!: string;
  /** Date. */
  @Plain() day!: string;
  visits!: number;
  calls!: number;
  /** Handed in by the end of the next day (UTC). */
  onTime!: boolean;
}

/** What was learnt of a customer on that day. */
@DomainEvent()
export class DailyReportNoted {
  dailyreportId!: string;
  customerId!: string;
  representativeId!: string;
  @Plain() day!: string;
  @Personal() note!: string;
}

/** Null: none was submitted under this id. */
export type DailyReportState = { representativeId: string; day: string } | null;

export const DailyReport = aggregate<'dailyreport', DailyReportState>('dailyreport', null)
  .on(DailyReportSubmitted, (_, { representativeId, day }) => ({ representativeId, day }))
  .on(DailyReportNoted, (report) => report);

/** @throws Rejection `daily-report-not-found` */
export function submitted(state: DailyReportState, dailyreportId: string): { representativeId: string; day: string } {
  if (!state) throw notFound('daily-report-not-found', `There is no daily report ${dailyreportId}; submit it first, or correct the id.`);
  return state;
}
