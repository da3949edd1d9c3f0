import { aggregate, notFound, wrongState } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned, type PurchaseFacts, type ReturnedItem } from './events.js';

/** What went back so far. */
export interface Returned {
  /** Minor units of the purchase's currency. */
  amount: number;
  quantity: number;
  /** Each product once. */
  items: ReturnedItem[];
  /** Time of the earliest return. */
  firstAt?: string;
}

export type PurchaseState =
  | { status: 'unknown' }
  | { status: 'standing' | 'returned'; facts: PurchaseFacts; returned: Returned };

const unknown = { status: 'unknown' } as PurchaseState;

export const Purchase = aggregate('purchase', unknown)
  .on(PurchaseRecorded, (_, { purchaseId: _id, ...said }, { occurredAt }) => ({
    status: 'standing',
    facts: { ...said, purchasedAt: occurredAt },
    returned: { amount: 0, quantity: 0, items: [] },
  }))
  .on(PurchaseReturned, (purchase, { amount, quantity, items, whole }, { occurredAt }) => {
    if (purchase.status === 'unknown') return purchase;
    const { returned } = purchase;
    return {
      ...purchase,
      status: whole ? 'returned' : 'standing',
      returned: {
        amount: returned.amount + amount.amount,
        quantity: returned.quantity + (quantity ?? 0),
        items: merged([...returned.items, ...(items ?? [])]),
        firstAt: returned.firstAt !== undefined && returned.firstAt < occurredAt ? returned.firstAt : occurredAt,
      },
    };
  })
  .on(PurchaseCorrected, (purchase, { to }) => (purchase.status === 'unknown' ? purchase : { ...purchase, facts: to }));

/** Each product once, with all its units. */
export function merged(items: readonly ReturnedItem[]): ReturnedItem[] {
  const units = new Map<string, number>();
  for (const { product, quantity } of items) units.set(product, (units.get(product) ?? 0) + quantity);
  return [...units].map(([product, quantity]) => ({ product, quantity }));
}

/** Units of all items together. */
export const unitsOf = (items: readonly ReturnedItem[]): number => items.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * A purchase that can still change.
 * @throws Rejection `purchase-not-found`, or `purchase-already-returned`: nothing of it is left.
 */
export function standing(purchase: PurchaseState, purchaseId: string): { facts: PurchaseFacts; returned: Returned } {
  if (purchase.status === 'unknown') throw notFound('purchase-not-found', `There is no purchase ${purchaseId}; record it first, or correct the id.`);
  if (purchase.status === 'returned') throw wrongState('purchase-already-returned', `Purchase ${purchaseId} was returned as a whole; record a new purchase instead.`);
  return purchase;
}
