import { invalid } from '#event-sourcing';
import type { Money, PurchaseFacts, ReturnedItem } from './events.js';
import { merged, unitsOf, type Returned } from './purchase.js';

/**
 * The facts of a purchase with its units filled in from its items.
 * @throws Rejection the items and the purchase contradict each other.
 */
export function consistent<Facts extends Pick<PurchaseFacts, 'amount' | 'quantity' | 'items'>>(facts: Facts): Facts {
  const { amount, quantity, items } = facts;
  if (!items) return facts;
  const foreign = items.find((item) => item.amount && item.amount.currency !== amount.currency);
  if (foreign) {
    throw invalid('item-in-another-currency', `Give the amount of ${foreign.product} in ${amount.currency}, the currency of the purchase.`);
  }
  const units = unitsOf(items);
  if (quantity !== undefined && quantity !== units) {
    throw invalid('quantity-differs-from-items', `The items have ${units} units together and quantity says ${quantity}; leave quantity out or make them agree.`);
  }
  return { ...facts, quantity: units };
}

/**
 * What is left of a purchase after its returns.
 * @throws Rejection more went back than was bought.
 */
export function left(facts: PurchaseFacts, returned: Omit<Returned, 'firstAt'>): { amount: Money; quantity?: number } {
  const { amount, currency } = facts.amount;
  if (returned.amount > amount) {
    throw tooMuch(`${returned.amount} ${currency} (minor units) would have gone back of a purchase of ${amount}.`);
  }
  if (facts.quantity !== undefined && returned.quantity > facts.quantity) {
    throw tooMuch(`${returned.quantity} units would have gone back of ${facts.quantity} bought.`);
  }
  if (facts.items) checkItems(facts.items, returned.items);
  return {
    amount: { amount: amount - returned.amount, currency },
    ...(facts.quantity === undefined ? {} : { quantity: facts.quantity - returned.quantity }),
  };
}

function checkItems(bought: readonly ReturnedItem[], returned: readonly ReturnedItem[]): void {
  const units = new Map(merged(bought).map(({ product, quantity }) => [product, quantity]));
  for (const { product, quantity } of returned) {
    const limit = units.get(product) ?? 0;
    if (quantity > limit) throw tooMuch(`${quantity} of ${product} would have gone back of ${limit} bought.`);
  }
}

const tooMuch = (message: string) => invalid('more-returned-than-bought', `${message} Return no more than is left.`);
