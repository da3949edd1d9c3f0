import { view } from '#event-sourcing';
import { type Money } from '#money';
import { noAmounts, withAmount, type Amounts } from '../../domain/figures.js';
import { monthOf, quarterOf } from '../../domain/time.js';
import { OpportunityLost, OpportunityOpened, OpportunityReassigned, OpportunityRejected, OpportunityReopened, OpportunityWon, type Seller } from '../../opportunities/domain/events.js';

/** What ended in some time. */
export interface Sales {
  won: number;
  lost: number;
  /** Of what was won, in minor units by currency. */
  value: Amounts;
}

export interface RepLiveSalesRow {
  /** Opportunities that they work on. */
  open: number;
  /** By day, UTC. */
  days: Record<string, Sales>;
  lastWon?: { opportunityId: string; customerId?: string; value: Money; at: string };
}

/** What the representative has sold on the day, in the month and in the quarter of the question (UTC). */
export interface RepLiveSales extends Omit<RepLiveSalesRow, 'days'> {
  today: Sales;
  month: Sales;
  quarter: Sales;
}

const nothing: Sales = { won: 0, lost: 0, value: noAmounts };
const noSales: RepLiveSalesRow = { open: 0, days: {} };

/** Keyed by representative. */
export const repLiveSales = view<RepLiveSalesRow>('rep_live_sales', {
  version: 1,
  summary: 'What each representative has sold today, in this month and in this quarter, and how much they work on.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ open: -1 }],
})
  .on(OpportunityOpened, ({ data }) => repOf(data.seller), (row = noSales) => opened(row, 1))
  .on(OpportunityReassigned, ({ data: { former, seller } }) => [...new Set([...(former ? [former.representativeId] : []), seller.representativeId])], (row = noSales, { data: { former, seller } }, key) =>
    opened(row, Number(key === seller.representativeId) - Number(key === former?.representativeId)))
  .on(OpportunityRejected, ({ data }) => repOf(data.ended.seller), (row = noSales) => opened(row, -1))
  .on(OpportunityLost, ({ data }) => repOf(data.ended.seller), (row = noSales, { occurredAt }) => ended(opened(row, -1), occurredAt, { lost: 1 }))
  .on(OpportunityWon, ({ data }) => repOf(data.ended.seller), (row = noSales, { data: { opportunityId, customerId, value }, occurredAt }) => {
    const next = ended(opened(row, -1), occurredAt, { won: 1, value });
    const isLast = row.lastWon === undefined || row.lastWon.at <= occurredAt;
    return isLast ? { ...next, lastWon: { opportunityId, ...(customerId !== undefined && { customerId }), value, at: occurredAt } } : next;
  })
  .on(OpportunityReopened, ({ data }) => repOf(data.former.ended.seller), (row = noSales, { data: { opportunityId, former } }) => reopened(opened(row, 1), opportunityId, former))
  .computed<RepLiveSales, unknown>({
    fields: ['today', 'month', 'quarter'],
    compute: ({ days, ...row }, now) => ({
      ...row, today: days[now.slice(0, 10)] ?? nothing,
      month: together(days, (day) => monthOf(day) === monthOf(now)), quarter: together(days, (day) => quarterOf(day) === quarterOf(now)),
    }),
  });

const repOf = (seller: Seller | undefined): string | undefined => seller?.representativeId;

const opened = (row: RepLiveSalesRow, change: number): RepLiveSalesRow => ({ ...row, open: row.open + change });

function ended(row: RepLiveSalesRow, at: string, { won = 0, lost = 0, value }: { won?: number; lost?: number; value?: Money }): RepLiveSalesRow {
  const day = at.slice(0, 10);
  const before = row.days[day] ?? nothing;
  return { ...row, days: { ...row.days, [day]: { won: before.won + won, lost: before.lost + lost, value: withAmount(before.value, value, won < 0 ? -1 : 1) } } };
}

function reopened(row: RepLiveSalesRow, opportunityId: string, { outcome, endedAt, value }: OpportunityReopened['former']): RepLiveSalesRow {
  if (outcome === 'rejected') return row;
  if (outcome === 'lost') return ended(row, endedAt, { lost: -1 });
  const { lastWon, ...rest } = ended(row, endedAt, { won: -1, ...(value && { value }) });
  return lastWon === undefined || lastWon.opportunityId === opportunityId ? rest : { ...rest, lastWon };
}

function together(days: Readonly<Record<string, Sales>>, counts: (day: string) => boolean): Sales {
  let sum = nothing;
  for (const [day, { won, lost, value }] of Object.entries(days)) {
    if (!counts(day)) continue;
    const amounts = Object.entries(value).reduce((all, [currency, amount]) => withAmount(all, { currency, amount }), sum.value);
    sum = { won: sum.won + won, lost: sum.lost + lost, value: amounts };
  }
  return sum;
}
