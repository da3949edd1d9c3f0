import { view } from '#event-sourcing';
import { OpportunityContested, OpportunityLost } from '../../opportunities/domain/events.js';
import { CompetitorRelationshipObserved } from '../domain/competitor.js';

/** What a competitor has to do with a customer. */
export interface Contest {
  competitorId: string;
  /** What the customer has of it. */
  products: string[];
  /** How likely it is that ours can replace theirs, in per cent, as it was said last. */
  chancePercent?: number;
  /** Opportunities that it was after, and that it took. */
  contested: number;
  taken: number;
  lastSeenAt: string;
}

export interface ContestedCustomerRow {
  contests: Contest[];
}

/** Keyed by customer. */
export const contestedCustomers = view<ContestedCustomerRow>('contested_customers', {
  version: 1,
  summary: 'Customers that work with competitors, or whose deals competitors are after.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: '_id',
  indexes: [{ 'contests.competitorId': 1 }],
})
  .on(CompetitorRelationshipObserved, ({ data }) => data.customerId, (row, { data: { competitorId, product, chancePercent }, occurredAt }) => changed(row, competitorId, occurredAt, ({ products }) => ({
    products: product === undefined || products.includes(product) ? products : [...products, product], ...(chancePercent !== undefined && { chancePercent }),
  })))
  .on(OpportunityContested, ({ data }) => data.customerId, (row, { data: { competitorId }, occurredAt }) => changed(row, competitorId, occurredAt, ({ contested }) => ({ contested: contested + 1 })))
  .on(OpportunityLost, ({ data: { customerId, competitorId } }) => (competitorId === undefined ? undefined : customerId), (row, { data: { competitorId }, occurredAt }) =>
    changed(row, competitorId!, occurredAt, ({ taken }) => ({ taken: taken + 1 })));

function changed(row: ContestedCustomerRow | undefined, competitorId: string, at: string, change: (contest: Contest) => Partial<Contest>): ContestedCustomerRow {
  const contests = row?.contests ?? [];
  const before = contests.find((each) => each.competitorId === competitorId) ?? { competitorId, products: [], contested: 0, taken: 0, lastSeenAt: at };
  return { contests: [...contests.filter((each) => each.competitorId !== competitorId), { ...before, ...change(before), lastSeenAt: at }] };
}
