import { plus, workingDaysBetween } from '#calendar';
import { view } from '#event-sourcing';
import { rateOf } from '../../domain/figures.js';
import { monthOf } from '../../domain/time.js';
import { AssessmentScored } from '../domain/assessment.js';
import { DailyReportNoted, DailyReportSubmitted } from '../domain/daily-report.js';
import { MarketInformationSubmitted } from '../domain/market-information.js';

export interface RepInformationRow {
  representativeId: string;
  month: string;
  /** Days with a report. */
  days: string[];
  /** Of the reports, those that were handed in by the end of the next day. */
  onTime: number;
  visits: number;
  calls: number;
  /** What was learnt of customers. */
  notes: number;
  marketInformation: number;
  /** What the manager gave, from 0 to 100 for each item. */
  points?: { dailyReports: number; marketInformation: number };
  comment?: string;
}

/**
 * `workingDays` of the month, Monday to Friday, as far as they have passed; `coverage` is the part of them that has a report; `score` is the mean of the
 * manager's points, and null before.
 */
export interface RepInformationScore extends RepInformationRow {
  workingDays: number;
  coverage: number | null;
  score: number | null;
}

/** Keyed `mei/2026-01`. */
export const repInformationScore = view<RepInformationRow>('rep_information_score', {
  version: 1,
  summary: 'What each representative reported and found out in a month: daily reports, notes, market information, and what the manager gave for it.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ representativeId: 1, month: 1 }, { month: 1 }],
})
  .on(DailyReportSubmitted, ({ data }) => keyOf(data.representativeId, data.day), (row, { data: { day, onTime, visits, calls } }, key) => {
    const before = row ?? empty(key);
    return { ...before, days: [...new Set([...before.days, day])].sort(), onTime: before.onTime + Number(onTime), visits: before.visits + visits, calls: before.calls + calls };
  })
  .on(DailyReportNoted, ({ data }) => keyOf(data.representativeId, data.day), (row, _, key) => ({ ...(row ?? empty(key)), notes: (row?.notes ?? 0) + 1 }))
  .on(MarketInformationSubmitted, ({ data, occurredAt }) => (data.representativeId === undefined ? undefined : keyOf(data.representativeId, occurredAt)), (row, _, key) => ({
    ...(row ?? empty(key)), marketInformation: (row?.marketInformation ?? 0) + 1,
  }))
  .on(AssessmentScored, ({ data }) => keyOf(data.representativeId, data.month), (row, { data: { dailyReports, marketInformation, comment } }, key) => {
    const { comment: _, ...before } = row ?? empty(key);
    return { ...before, points: { dailyReports, marketInformation }, ...(comment !== undefined && { comment }) };
  })
  .computed<RepInformationScore, unknown>({ fields: ['workingDays', 'coverage', 'score'], compute: scored });

const keyOf = (representativeId: string, day: string): string => `${representativeId}/${monthOf(day)}`;

function empty(key: string): RepInformationRow {
  const [representativeId, month] = key.split('/') as [string, string];
  return { representativeId, month, days: [], onTime: 0, visits: 0, calls: 0, notes: 0, marketInformation: 0 };
}

function scored(row: RepInformationRow, now: string): RepInformationScore {
  const first = `${row.month}-01`;
  const last = plus(plus(first, { months: 1 }), { days: -1 });
  const workingDays = now < first ? 0 : workingDaysBetween(plus(first, { days: -1 }), now < last ? now : last);
  const score = row.points ? (row.points.dailyReports + row.points.marketInformation) / 2 : null;
  return { ...row, workingDays, coverage: rateOf(Math.min(row.days.length, workingDays), workingDays), score };
}
