import { minus, plus } from '#calendar';
import { CustomerAssigned } from '#customers';
import { view } from '#event-sourcing';
import { type Money } from '#money';
import { noAmounts, withAmount, type Amounts } from '../../domain/figures.js';
import { OpportunityReopened, OpportunityWon } from '../../opportunities/domain/events.js';
import { TerritoryRealigned } from '../domain/territory.js';

export interface TerritoryHistoryRow {
  /** Where the customer is; absent: in no territory. */
  territoryId?: string;
  since?: string;
  /** From territory to territory, the earliest first. */
  realignments: { from: string; to: string; at: string; reason?: string }[];
  /** Why realignments that named it were asked for, by `from/to`, whether or not they moved it. */
  asked: Record<string, string>;
  /** What was won of it, by opportunity. */
  won: Record<string, { at: string; value: Money }>;
}

/** What was won of the customers of a realignment in some days before and after it. */
export interface BeforeAndAfter {
  from: string;
  to: string;
  at: string;
  customers: number;
  before: { won: number; value: Amounts };
  after: { won: number; value: Amounts };
}

/** Days before and after that are compared. */
const DAYS = 90;
const nowhere: TerritoryHistoryRow = { realignments: [], asked: {}, won: {} };

/** Keyed by customer. */
export const territoryHistory = view<TerritoryHistoryRow>('territory_history', {
  version: 2,
  summary: 'In which territory each customer is and was, and what was won of it; what a realignment has brought with the report `before_and_after`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: '_id',
  indexes: [{ territoryId: 1 }],
})
  .on(TerritoryRealigned, ({ data }) => data.customerIds, (row = nowhere, { data: { territoryId: to, fromTerritoryId: from, reason } }) => ({ ...row, asked: { ...row.asked, [`${from}/${to}`]: reason } }))
  .on(CustomerAssigned, ({ data }) => data.customerId, (row, { data: { assignment: { territory } }, occurredAt }) => (territory === row?.territoryId ? row : movedTo(territory, occurredAt, row)))
  .on(OpportunityWon, ({ data }) => data.customerId, (row = nowhere, { data: { opportunityId, value }, occurredAt }) => ({ ...row, won: { ...row.won, [opportunityId]: { at: occurredAt, value } } }))
  .on(OpportunityReopened, ({ data: { customerId, former } }) => (former.outcome === 'won' ? customerId : undefined), (row = nowhere, { data: { opportunityId } }) => {
    const { [opportunityId]: _, ...won } = row.won;
    return { ...row, won };
  })
  .report('before_and_after', { summary: `Of each realignment: what was won of its customers in the ${DAYS} days before and after.`, run: beforeAndAfter });

function movedTo(territory: string | undefined, at: string, { territoryId: from, since: _, ...row }: TerritoryHistoryRow = nowhere): TerritoryHistoryRow {
  const reason = row.asked[`${from}/${territory}`];
  const realignments = from === undefined || territory === undefined ? row.realignments : [...row.realignments, { from, to: territory, at, ...(reason !== undefined && { reason }) }];
  return { ...row, realignments, ...(territory !== undefined && { territoryId: territory, since: at }) };
}

async function beforeAndAfter(rows: AsyncIterable<TerritoryHistoryRow>): Promise<BeforeAndAfter[]> {
  const found = new Map<string, BeforeAndAfter>();
  for await (const { realignments, won } of rows) {
    for (const { from, to, at } of realignments) {
      const key = `${at}/${from}/${to}`;
      const sum = found.get(key) ?? { from, to, at, customers: 0, before: { won: 0, value: noAmounts }, after: { won: 0, value: noAmounts } };
      const deals = Object.values(won);
      found.set(key, {
        ...sum, customers: sum.customers + 1,
        before: together(sum.before, deals.filter((deal) => deal.at < at && deal.at >= minus(at, { days: DAYS }))),
        after: together(sum.after, deals.filter((deal) => deal.at >= at && deal.at < plus(at, { days: DAYS }))),
      });
    }
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}

function together({ won, value }: BeforeAndAfter['before'], deals: readonly { value: Money }[]): BeforeAndAfter['before'] {
  return { won: won + deals.length, value: deals.reduce((sum, deal) => withAmount(sum, deal.value), value) };
}
