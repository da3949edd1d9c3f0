import { type Money } from '#money';
import { grouped, median, noAmounts, rateOf, withAmount, type Amounts } from '../../domain/figures.js';
import { daysBetween, quarterOf } from '../../domain/time.js';
import { type OpportunityStatus } from './opportunity.js';

/** What the reports read of an opportunity. */
export interface Reported {
  status: OpportunityStatus;
  stage: string;
  stays: readonly { stage: string; enteredAt: string; leftAt?: string }[];
  region?: string;
  representativeId?: string;
  offeringId?: string;
  value?: Money;
  openedAt: string;
  endedAt?: string;
}

export interface Total {
  key: string;
  opportunities: number;
  won: number;
  lost: number;
  /** Of those that were won, in minor units by currency. */
  wonValue: Amounts;
  /** Estimated for those that are open. */
  openValue: Amounts;
}

const nothing: Omit<Total, 'key'> = { opportunities: 0, won: 0, lost: 0, wonValue: noAmounts, openValue: noAmounts };
const NONE = '(none)';

async function listOf<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

function counted(total: Omit<Total, 'key'>, { status, value }: Reported): Omit<Total, 'key'> {
  return {
    opportunities: total.opportunities + 1,
    won: total.won + Number(status === 'won'),
    lost: total.lost + Number(status === 'lost'),
    wonValue: status === 'won' ? withAmount(total.wonValue, value) : total.wonValue,
    openValue: status === 'open' ? withAmount(total.openValue, value) : total.openValue,
  };
}

export async function pipelineTotals(rows: AsyncIterable<Reported>): Promise<Record<string, Total[]>> {
  const all = await listOf(rows);
  const by = (keyOf: (row: Reported) => string, some = all) => grouped(some, keyOf, nothing, counted);
  return {
    byStage: by(({ stage }) => stage, all.filter(({ status }) => status === 'open')),
    byStatus: by(({ status }) => status),
    byRegion: by(({ region = NONE }) => region),
    byQuarter: by(({ endedAt }) => quarterOf(endedAt!), all.filter(({ endedAt }) => endedAt !== undefined)),
    byRepresentative: by(({ representativeId = NONE }) => representativeId),
  };
}

export interface WinRate {
  key: string;
  won: number;
  lost: number;
  /** Of those that were won or lost; null where there are none. */
  rate: number | null;
}

export async function winRate(rows: AsyncIterable<Reported>): Promise<Record<string, WinRate[]>> {
  const ended = (await listOf(rows)).filter(({ status }) => status === 'won' || status === 'lost');
  const by = (keyOf: (row: Reported) => string): WinRate[] =>
    grouped(ended, keyOf, { won: 0, lost: 0 }, ({ won, lost }, { status }) => (status === 'won' ? { won: won + 1, lost } : { won, lost: lost + 1 }))
      .map(({ key, won, lost }) => ({ key, won, lost, rate: rateOf(won, won + lost) }));
  return {
    all: by(() => 'all'),
    byRegion: by(({ region = NONE }) => region),
    byRepresentative: by(({ representativeId = NONE }) => representativeId),
    byOffering: by(({ offeringId = NONE }) => offeringId),
    byQuarter: by(({ endedAt }) => quarterOf(endedAt!)),
  };
}

export interface Durations {
  key: string;
  count: number;
  meanDays: number | null;
  medianDays: number | null;
}

export async function cycleTime(rows: AsyncIterable<Reported>): Promise<Record<string, Durations[]>> {
  const all = await listOf(rows);
  const ended = all.filter(({ status }) => status === 'won' || status === 'lost').map((row) => ({ ...row, days: daysBetween(row.openedAt, row.endedAt!) }));
  const stays = all.flatMap((row) => row.stays).filter(({ leftAt }) => leftAt !== undefined).map(({ stage, enteredAt, leftAt }) => ({ stage, days: daysBetween(enteredAt, leftAt!) }));
  return {
    byOutcome: durations(ended, ({ status }) => status),
    byOffering: durations(ended.filter(({ status }) => status === 'won'), ({ offeringId = NONE }) => offeringId),
    byStage: durations(stays, ({ stage }) => stage),
  };
}

function durations<Row extends { days: number }>(rows: readonly Row[], keyOf: (row: Row) => string): Durations[] {
  const lists = new Map<string, number[]>();
  for (const row of rows) {
    const list = lists.get(keyOf(row));
    if (list) list.push(row.days);
    else lists.set(keyOf(row), [row.days]);
  }
  return [...lists].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, days]) => ({
    key, count: days.length, meanDays: Math.round((days.reduce((sum, each) => sum + each, 0) / days.length) * 10) / 10, medianDays: median(days),
  }));
}
