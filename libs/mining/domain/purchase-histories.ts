import { view } from '#event-sourcing';
import {
  PurchaseCorrected, purchaseIn, PurchaseRecorded, PurchaseReturned, withoutPurchase, withPurchase, type Parts, type PurchaseFacts, type PurchaseItem, type ReturnedItem,
} from '#purchases';

/** A purchase that stands. */
export interface Bought {
  purchaseId: string;
  /** The events that say it. */
  events: readonly string[];
  at: string;
  /** Minor units that were not paid back. */
  amount: number;
  currency: string;
  channel?: string;
  /** Products of which a unit is left, by name, with their units; none where items were not said. */
  products: Readonly<Record<string, number>>;
}

/** All purchases of a customer that stand. */
export interface PurchaseHistory {
  customerId: string;
  /** By time. */
  bought: readonly Bought[];
}

/** As it is folded. */
interface Kept {
  customerId: string;
  parts: Parts<Bought>;
}

const histories = view<Kept>('mining_purchase_histories', { version: 2, allow: ['analyst', 'manager'], personal: [], record: '_id' })
  .key(({ data }) => data.customerId)
  .on(PurchaseRecorded, (row, { data: { purchaseId, customerId, amount, items, channel }, occurredAt, id }) =>
    withBought(row, customerId, { purchaseId, events: [id], at: occurredAt, amount: amount.amount, currency: amount.currency, ...(channel !== undefined && { channel }), products: unitsOf(items) }))
  .on(PurchaseReturned, (row, { data: { purchaseId, amount, items, whole }, id }) => {
    const known = row && purchaseIn(row.parts, purchaseId);
    if (!known) return row;
    const left = { ...known, events: [...known.events, id], amount: known.amount - amount.amount, products: without(known.products, items ?? []) };
    const others = withoutBought(row, purchaseId);
    return whole ? others : withBought(others, row.customerId, left);
  })
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], (row, { data: { purchaseId, from, to, returned }, id }, key) => {
    const known = row && purchaseIn(row.parts, purchaseId);
    const others = row && withoutBought(row, purchaseId);
    if (key !== to.customerId) return others;
    return withBought(others, key, { ...corrected(to, known, from), purchaseId, events: [...(known?.events ?? []), id], amount: to.amount.amount - returned.amount });
  })
  .computed({ fields: ['bought'], compute: ({ customerId, parts }): PurchaseHistory => ({ customerId, bought: parts.flat() }) });

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const purchaseHistories = () => histories;

/** The baskets of all customers: purchases whose products were said. */
export function basketsOf(rows: readonly PurchaseHistory[]): { basket: string[]; bought: Bought }[] {
  return rows.flatMap(({ bought }) => bought.map((each) => ({ basket: Object.keys(each.products), bought: each }))).filter(({ basket }) => basket.length > 0);
}

/** What went back before stays gone where the products are what they were said to be. */
function corrected(to: PurchaseFacts, known: Bought | undefined, from: PurchaseFacts): Pick<Bought, 'at' | 'currency' | 'channel' | 'products'> {
  const unchanged = known && JSON.stringify(from.items) === JSON.stringify(to.items);
  return { at: to.purchasedAt, currency: to.amount.currency, ...(to.channel !== undefined && { channel: to.channel }), products: unchanged ? known.products : unitsOf(to.items) };
}

const withBought = (row: Kept | undefined, customerId: string, purchase: Bought): Kept => ({ customerId, parts: withPurchase(row?.parts ?? [], purchase) });

const withoutBought = (row: Kept, purchaseId: string): Kept => ({ ...row, parts: withoutPurchase(row.parts, purchaseId) });

function unitsOf(items: readonly PurchaseItem[] = []): Record<string, number> {
  const units = new Map<string, number>();
  for (const { product, quantity } of items) units.set(product, (units.get(product) ?? 0) + quantity);
  return Object.fromEntries(units);
}

function without(products: Readonly<Record<string, number>>, items: readonly ReturnedItem[]): Record<string, number> {
  const left = { ...products };
  for (const { product, quantity } of items) {
    const units = (left[product] ?? 0) - quantity;
    if (units > 0) left[product] = units;
    else delete left[product];
  }
  return left;
}
