import { view } from '#event-sourcing';
import { type Money } from '#money';
import { grouped, noAmounts, rateOf, withAmount, type Amounts } from '../../domain/figures.js';
import { monthOf, quarterOf, secondsBetween } from '../../domain/time.js';
import { OpportunityLost, OpportunityReopened, OpportunityWon, type Ended } from '../../opportunities/domain/events.js';
import { SalesTargetRevised, SalesTargetSet } from '../domain/sales-target.js';

export interface SalesPerformanceRow {
  /** `2017-03`, of the end of the opportunities. */
  month: string;
  /** `2017-Q1` */
  quarter: string;
  /** Where the representative sold at that time. */
  region: string;
  representativeId: string;
  managerId?: string;
  won: number;
  lost: number;
  /** Of what was won, in minor units by currency. */
  value: Amounts;
  /** From opening to winning, of all that was won. */
  secondsToWin: number;
  /** What was to be won; set without a region. */
  target: Amounts;
}

export interface SalesPerformance {
  key: string;
  won: number;
  lost: number;
  value: Amounts;
  target: Amounts;
  winRate: number | null;
  daysToWin: number | null;
}

const NONE = '(none)';

/** Keyed `2017-03/Central/moses-frase`. */
export const salesPerformance = view<SalesPerformanceRow>('sales_performance', {
  version: 1,
  summary: 'What each representative won and lost in each month, in the region of that time, against the target.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ month: 1 }, { region: 1, month: 1 }, { representativeId: 1, month: 1 }],
})
  .on(OpportunityWon, ({ data, occurredAt }) => keyOf(data.ended, occurredAt), (row, { data: { ended, value }, occurredAt }) => won(row ?? empty(ended, occurredAt), ended, value, occurredAt, 1))
  .on(OpportunityLost, ({ data, occurredAt }) => keyOf(data.ended, occurredAt), (row, { data: { ended }, occurredAt }) => lost(row ?? empty(ended, occurredAt), 1))
  .on(OpportunityReopened, ({ data: { former } }) => keyOf(former.ended, former.endedAt), (row, { data: { former: { outcome, ended, endedAt, value } } }) => {
    if (!row || outcome === 'rejected') return row;
    return outcome === 'won' ? won(row, ended, value!, endedAt, -1) : lost(row, -1);
  })
  .on(SalesTargetSet, ({ data }) => targetKey(data), (row, { data: { value, ...of } }) => withTarget(row ?? targeted(of), value, 1))
  .on(SalesTargetRevised, ({ data }) => targetKey(data), (row, { data: { former, value, ...of } }) => withTarget(withTarget(row ?? targeted(of), former, -1), value, 1))
  .report('by_region', { summary: 'Won and lost by region.', run: by(({ region }) => region) })
  .report('by_month', { summary: 'Won and lost by month.', run: by(({ month }) => month) })
  .report('by_quarter', { summary: 'Won and lost by quarter.', run: by(({ quarter }) => quarter) })
  .report('by_representative', { summary: 'Won and lost by representative.', run: by(({ representativeId }) => representativeId) })
  .report('by_manager', { summary: 'Won and lost by the manager of that time.', run: by(({ managerId = NONE }) => managerId) })
  .report('by_region_and_quarter', { summary: 'Won and lost by region and quarter.', run: by(({ region, quarter }) => `${region}/${quarter}`) });

const keyOf = ({ seller }: Ended, at: string): string => `${monthOf(at)}/${seller?.region ?? NONE}/${seller?.representativeId ?? NONE}`;
const targetKey = ({ month, representativeId }: SalesTargetSet | SalesTargetRevised): string => `${month}/${NONE}/${representativeId}`;

function empty({ seller }: Ended, at: string): SalesPerformanceRow {
  const row = targeted({ month: monthOf(at), representativeId: seller?.representativeId ?? NONE });
  return { ...row, region: seller?.region ?? NONE, ...(seller?.managerId !== undefined && { managerId: seller.managerId }) };
}

function targeted({ month, representativeId }: { month: string; representativeId: string }): SalesPerformanceRow {
  return { month, quarter: quarterOf(month), region: NONE, representativeId, won: 0, lost: 0, value: noAmounts, secondsToWin: 0, target: noAmounts };
}

function won(row: SalesPerformanceRow, { openedAt }: Ended, value: Money, at: string, sign: 1 | -1): SalesPerformanceRow {
  return { ...row, won: row.won + sign, value: withAmount(row.value, value, sign), secondsToWin: row.secondsToWin + sign * secondsBetween(openedAt, at) };
}

const lost = (row: SalesPerformanceRow, sign: 1 | -1): SalesPerformanceRow => ({ ...row, lost: row.lost + sign });

const withTarget = (row: SalesPerformanceRow, value: Money, sign: 1 | -1): SalesPerformanceRow => ({ ...row, target: withAmount(row.target, value, sign) });

type Sum = Pick<SalesPerformanceRow, 'won' | 'lost' | 'value' | 'target' | 'secondsToWin'>;
const nothing: Sum = { won: 0, lost: 0, value: noAmounts, target: noAmounts, secondsToWin: 0 };

function by(keyOfGroup: (row: SalesPerformanceRow) => string) {
  return async (rows: AsyncIterable<SalesPerformanceRow>): Promise<SalesPerformance[]> => {
    const all: SalesPerformanceRow[] = [];
    for await (const row of rows) all.push(row);
    return grouped(all, keyOfGroup, nothing, added).map(({ secondsToWin, ...sum }) => ({
      ...sum, winRate: rateOf(sum.won, sum.won + sum.lost), daysToWin: sum.won === 0 ? null : Math.round(secondsToWin / sum.won / 8640) / 10,
    }));
  };
}

function added(sum: Sum, row: SalesPerformanceRow): Sum {
  return {
    won: sum.won + row.won, lost: sum.lost + row.lost, secondsToWin: sum.secondsToWin + row.secondsToWin,
    value: together(sum.value, row.value), target: together(sum.target, row.target),
  };
}

function together(sum: Amounts, more: Amounts): Amounts {
  return Object.entries(more).reduce((all, [currency, amount]) => withAmount(all, { amount, currency }), sum);
}
