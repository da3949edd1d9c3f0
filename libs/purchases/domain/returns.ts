import { invalid } from '#event-sourcing';
import type { Money, PurchaseFacts, ReturnedItem } from './events.js';
import { merged, unitsOf, type Returned } from './purchase.js';
import { left } from './rules.js';

/** What is said to have gone back; nothing said means everything that is left. */
export interface ReturnAsked {
  amount?: Money;
  quantity?: number;
  items?: ReturnedItem[];
}

export interface ReturnMade extends ReturnAsked {
  amount: Money;
  whole: boolean;
}

/**
 * Checks a return and completes it. A purchase is wholly returned when no unit of it is left or, where
 * units were not said, no money.
 * @throws Rejection it contradicts itself or gives back more than is left.
 */
export function returnOf(facts: PurchaseFacts, returned: Returned, asked: ReturnAsked): ReturnMade {
  const { amount, items } = asked;
  const quantity = unitsAsked(asked);
  const before = left(facts, returned);
  if (amount === undefined && quantity === undefined) return { ...before, whole: true };
  checkMoney(facts.amount.currency, amount, quantity !== undefined || before.amount.amount === 0);

  const after = left(facts, {
    amount: returned.amount + amount.amount,
    quantity: returned.quantity + (quantity ?? 0),
    items: merged([...returned.items, ...(items ?? [])]),
  });
  const unitsCounted = quantity !== undefined && after.quantity !== undefined;
  return {
    amount,
    ...(quantity !== undefined && { quantity }),
    ...(items && { items }),
    whole: (unitsCounted ? after.quantity : after.amount.amount) === 0,
  };
}

function checkMoney(currency: string, amount: Money | undefined, mayBeNone: boolean): asserts amount is Money {
  if (amount === undefined) {
    throw invalid('return-amount-missing', 'Say how much money went back for these units (0 is allowed), or leave units and items out to return everything.');
  }
  if (amount.currency !== currency) {
    throw invalid('return-in-another-currency', `The purchase was paid in ${currency}; give the returned amount in it.`);
  }
  if (amount.amount === 0 && !mayBeNone) throw invalid('nothing-returned', 'Give an amount above 0, or the units that went back.');
}

function unitsAsked({ quantity, items }: ReturnAsked): number | undefined {
  if (!items) return quantity;
  const units = unitsOf(items);
  if (quantity !== undefined && quantity !== units) {
    throw invalid('quantity-differs-from-items', `The returned items have ${units} units together and quantity says ${quantity}; leave quantity out or make them agree.`);
  }
  return units;
}
