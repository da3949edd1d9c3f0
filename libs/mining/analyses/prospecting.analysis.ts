import { IsInt, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { lifecycle, STAGES, type Stage } from '#loyalty';
import { meansOf, prospectLeads, trendOf } from '../domain/prospects.js';

export class ProspectingParameters {
  /** Months that are shown. */
  @IsInt() @Min(3) @Max(120) months = 24;
  /** The last whole months, through which the trend goes. */
  @IsInt() @Min(3) @Max(120) trend = 6;
  /** Months that it is continued. */
  @IsInt() @Min(1) @Max(24) ahead = 3;
}

type Rows = readonly { periods: readonly { stage: Stage; since: string }[] }[];

/** How many customers of which kind there are, will be, and how they were won. */
export const prospecting = analysis('prospecting', {
  version: 1,
  summary: 'Customers in each stage at the end of each month, with the trend of the last whole months continued (a straight line), and what came of leads by the means that won them.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: null, apart: ['month'], parameters: ProspectingParameters,
  columns: { month: 'text', expected: { type: 'boolean', summary: 'A month that is still to come.' }, ...Object.fromEntries(STAGES.map((stage) => [stage, 'number' as const])), customers: { type: 'number', summary: 'All but prospects and the lost.' } },
})
  .reads({ stages: lifecycle, leads: prospectLeads() })
  .computes(({ stages, leads }, { now, parameters: { months, trend, ahead } }) => {
    const known = countsByMonth(stages, now, months);
    const coming = comingMonths(known, trend, ahead);
    const rows = [...known.map((row) => shown(row, false)), ...coming.map((row) => shown(row, true))];
    const means = meansOf(leads);
    return {
      rows, summary: { means, leads: leads.length },
      notes: [...(coming.length > 0 ? [] : ['There are fewer than three months to make a trend of.']), ...(means.length > 0 ? [] : ['No lead is recorded: by which means customers are won is not known.'])],
      plots: rows.length > 0 ? [{ title: 'Customers at the end of each month', kind: 'line', x: 'month', series: [{ name: 'customers', points: rows.map(({ month, customers }) => [month, customers] as const) }] }] : [],
    };
  });

interface MonthRow {
  month: string;
  counts: Record<Stage, number>;
}

const shown = ({ month, counts }: MonthRow, expected: boolean) => ({
  month, expected, ...counts, customers: STAGES.reduce((sum, stage) => (NO_CUSTOMERS.includes(stage) ? sum : sum + counts[stage]), 0),
});

const NO_CUSTOMERS: readonly Stage[] = ['prospect', 'lost'];
const MONTH = '2026-01'.length;

function countsByMonth(rows: Rows, now: string, most: number): MonthRow[] {
  const first = rows.reduce((earliest, { periods }) => (periods[0] && periods[0].since < earliest ? periods[0].since : earliest), now);
  const months: string[] = [];
  for (let month = first.slice(0, MONTH); month <= now.slice(0, MONTH); month = monthAfter(month)) months.push(month);
  if (rows.every(({ periods }) => periods.length === 0)) return [];
  return months.slice(-most).map((month) => {
    const end = month === now.slice(0, MONTH) ? now : `${monthAfter(month)}-01T00:00:00.000Z`;
    const counts = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
    for (const { periods } of rows) {
      const stage = periods.findLast(({ since }) => since < end || since === now)?.stage;
      if (stage !== undefined) counts[stage] += 1;
    }
    return { month, counts };
  });
}

/** The month that has not ended yet is no part of the trend. */
function comingMonths(known: readonly MonthRow[], of: number, ahead: number): MonthRow[] {
  const whole = known.slice(0, -1).slice(-of);
  const trends = STAGES.map((stage) => [stage, trendOf(whole.map(({ counts }) => counts[stage]), ahead + 1)] as const);
  if (trends.some(([, trend]) => trend === undefined)) return [];
  const months: MonthRow[] = [];
  for (let step = 1, month = monthAfter(known.at(-1)!.month); step <= ahead; step++, month = monthAfter(month)) months.push({ month, counts: Object.fromEntries(trends.map(([stage, trend]) => [stage, trend![step]!])) as Record<Stage, number> });
  return months;
}

function monthAfter(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 12 ? `${String(year + 1).padStart(4, '0')}-01` : `${month.slice(0, 4)}-${String(number + 1).padStart(2, '0')}`;
}
