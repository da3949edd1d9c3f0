import { CustomerRegistered, CustomerStatusChanged, type CustomerStatus } from '#customers';
import { onRow, view } from '#event-sourcing';
import { type Money } from '#money';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { grouped, noAmounts, withAmount, type Amounts } from '../../domain/figures.js';
import { PurchaseIntentionLapsed, PurchaseIntentionRecorded, PurchaseIntentionRevised } from '../../intentions/domain/purchase-intention.js';
import {
  OpportunityCustomerNamed, OpportunityEstimateRevised, OpportunityLost, OpportunityOpened, OpportunityRejected, OpportunityReopened, OpportunityWon,
} from '../../opportunities/domain/events.js';

/** What a customer has brought, and what may come. */
export interface CustomerBaseRow {
  status?: CustomerStatus;
  registeredAt?: string;
  /** When the prospect bought for the first time, or was said to be a customer. */
  becameCustomerAt?: string;
  /** What was bought, less what came back, in minor units by currency. */
  bought: Amounts;
  purchases: number;
  /** Opportunities that are open, with what they may be worth; null where nobody has said. */
  open: Record<string, Money | null>;
  /** What they mean to buy, where they have said how much; null where not. */
  intended: Record<string, Money | null>;
}

export interface CustomerBaseValue extends CustomerBaseRow {
  /** Potential: has never bought and is a prospect. */
  kind: 'existing' | 'potential';
  openOpportunities: number;
  openValue: Amounts;
  intentions: number;
  intendedValue: Amounts;
}

const nothing: CustomerBaseRow = { bought: noAmounts, purchases: 0, open: {}, intended: {} };

/** Keyed by customer. */
export const customerBaseValue = view<CustomerBaseRow>('customer_base_value', {
  version: 1,
  summary: 'What existing and potential customers are worth: what they bought, what is open with them and what they mean to buy; all together with the report `totals`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: '_id',
  indexes: [{ status: 1 }],
})
  .key(({ data }) => data['customerId'])
  .on(CustomerRegistered, (row = nothing, { data: { status }, occurredAt }) => ({ ...row, status, registeredAt: occurredAt }))
  .on(CustomerStatusChanged, (row = nothing, { data: { formerStatus, status }, occurredAt }) => ({ ...row, status, ...(formerStatus === 'prospect' && row.becameCustomerAt === undefined && { becameCustomerAt: occurredAt }) }))
  .on(PurchaseRecorded, (row = nothing, { data: { amount } }) => ({ ...row, bought: withAmount(row.bought, amount), purchases: row.purchases + 1 }))
  .on(PurchaseReturned, onRow(({ bought, purchases }, { data: { amount, whole } }) => ({ bought: withAmount(bought, amount, -1), purchases: purchases - Number(whole) })))
  .on(PurchaseCorrected, ({ data: { from, to } }) => [...new Set([from.customerId, to.customerId])], (row = nothing, { data }, key) => corrected(row, data, key))
  .on(OpportunityOpened, (row = nothing, { data: { opportunityId, value = null } }) => withOpen(row, opportunityId, value))
  .on(OpportunityCustomerNamed, (row = nothing, { data: { opportunityId } }) => withOpen(row, opportunityId, null))
  .on(OpportunityEstimateRevised, (row, { data: { opportunityId, value } }) => (row && value ? withOpen(row, opportunityId, value) : row))
  .on(OpportunityReopened, (row = nothing, { data: { opportunityId, former: { value = null } } }) => withOpen(row, opportunityId, value))
  .on(OpportunityWon, onRow(({ open }, { data: { opportunityId } }) => ({ open: without(open, opportunityId) })))
  .on(OpportunityLost, onRow(({ open }, { data: { opportunityId } }) => ({ open: without(open, opportunityId) })))
  .on(OpportunityRejected, onRow(({ open }, { data: { opportunityId } }) => ({ open: without(open, opportunityId) })))
  .on(PurchaseIntentionRecorded, (row = nothing, { data: { purchaseintentionId: id, intention: { amount = null } } }) => ({ ...row, intended: { ...row.intended, [id]: amount } }))
  .on(PurchaseIntentionRevised, onRow(({ intended }, { data: { purchaseintentionId: id, intention: { amount = null } } }) => ({ intended: { ...intended, [id]: amount } })))
  .on(PurchaseIntentionLapsed, onRow(({ intended }, { data: { purchaseintentionId } }) => ({ intended: without(intended, purchaseintentionId) })))
  .computed<CustomerBaseValue, unknown>({ fields: ['kind', 'openOpportunities', 'openValue', 'intentions', 'intendedValue'], compute: valued })
  .report('totals', { summary: 'How many existing and potential customers there are, what they bought, and what may come of them.', run: totals });

function valued(row: CustomerBaseRow): CustomerBaseValue {
  const { open, intended } = row;
  const kind = row.status === 'prospect' && row.purchases === 0 ? 'potential' : 'existing';
  return { ...row, kind, openOpportunities: Object.keys(open).length, openValue: sumOf(open), intentions: Object.keys(intended).length, intendedValue: sumOf(intended) };
}

async function totals(rows: AsyncIterable<CustomerBaseValue>) {
  const all: CustomerBaseValue[] = [];
  for await (const row of rows) all.push(row);
  const none = { customers: 0, bought: noAmounts, openOpportunities: 0, openValue: noAmounts, intentions: 0, intendedValue: noAmounts };
  return grouped(all, ({ kind }) => kind, none, (sum, row) => ({
    customers: sum.customers + 1, bought: together(sum.bought, row.bought),
    openOpportunities: sum.openOpportunities + row.openOpportunities, openValue: together(sum.openValue, row.openValue),
    intentions: sum.intentions + row.intentions, intendedValue: together(sum.intendedValue, row.intendedValue),
  }));
}

const withOpen = (row: CustomerBaseRow, opportunityId: string, value: Money | null): CustomerBaseRow => ({ ...row, open: { ...row.open, [opportunityId]: value } });

function without(values: Readonly<Record<string, Money | null>>, id: string): Record<string, Money | null> {
  const { [id]: _, ...rest } = values;
  return rest;
}

/** What was left of the purchase goes from the one customer to the other. */
function corrected(row: CustomerBaseRow, { from, to, returned }: PurchaseCorrected, key: string): CustomerBaseRow {
  const taken = key === from.customerId ? withAmount(withAmount(row.bought, from.amount, -1), returned) : row.bought;
  const bought = key === to.customerId ? withAmount(withAmount(taken, to.amount), returned, -1) : taken;
  return { ...row, bought, purchases: row.purchases - Number(key === from.customerId) + Number(key === to.customerId) };
}

const sumOf = (values: Readonly<Record<string, Money | null>>): Amounts => Object.values(values).reduce<Amounts>((sum, value) => (value ? withAmount(sum, value) : sum), noAmounts);

const together = (sum: Amounts, more: Amounts): Amounts => Object.entries(more).reduce((all, [currency, amount]) => withAmount(all, { currency, amount }), sum);
