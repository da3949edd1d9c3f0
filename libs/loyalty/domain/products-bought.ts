import { added } from '#money';
import type { Money, Parts, Purchased, PurchaseItem, ReturnedItem } from '#purchases';

/** What is left of a product in a purchase. */
export interface ProductLeft {
  units: number;
  /** Minor units. */
  amount: number;
}

/** What is left of a purchase whose products were said, product by product. */
export interface ProductsOf extends Purchased {
  currency: string;
  products: Readonly<Record<string, ProductLeft>>;
}

export interface Said {
  amount: Money;
  items: readonly PurchaseItem[];
}

/** Where an item says no amount, such items share by their units what the others leave of the purchase's amount. */
export function productsOf({ purchaseId, at }: Purchased, { amount: { amount, currency }, items }: Said): ProductsOf {
  const unsaid = items.filter((item) => item.amount === undefined);
  const said = items.reduce((sum, item) => added(sum, item.amount?.amount ?? 0), 0);
  const shares = spread(amount - said, unsaid.map(({ quantity }) => quantity));
  const products: Record<string, ProductLeft> = {};
  for (const item of items) {
    const known = products[item.product] ?? { units: 0, amount: 0 };
    products[item.product] = { units: known.units + item.quantity, amount: added(known.amount, item.amount?.amount ?? shares[unsaid.indexOf(item)]!) };
  }
  return { purchaseId, at, currency, products };
}

/**
 * What a return leaves. The money goes back for the products that did, in proportion to what they had come to; where no
 * product was named, for all. Of a product without a unit nothing is left.
 */
export function withoutReturned(bought: ProductsOf, amount: number, items: readonly ReturnedItem[] = []): ProductsOf {
  const names = Object.keys(bought.products);
  const back = new Map<string, number>();
  for (const { product, quantity } of items) back.set(product, (back.get(product) ?? 0) + quantity);
  const shares = spread(amount, names.map((name) => {
    const { units, amount: known } = bought.products[name]!;
    return Math.max(0, known) * (items.length === 0 ? 1 : Math.min(1, (back.get(name) ?? 0) / units));
  }));
  const left = names.map((name, index) => {
    const { units, amount: known } = bought.products[name]!;
    return [name, { units: units - (back.get(name) ?? 0), amount: known - shares[index]! }] as const;
  });
  return { ...bought, products: Object.fromEntries(left.filter(([, { units }]) => units > 0)) };
}

/** A customer, and what is left of each purchase. */
export interface ProductsBought {
  customerId: string;
  bought: Parts<ProductsOf>;
}

/** What each customer spent on products: by currency, then by product, in minor units. */
export interface ProductsSpent {
  customerId: string;
  amounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export function spentOnProducts(rows: readonly ProductsBought[]): ProductsSpent[] {
  return rows.map(({ customerId, bought }) => {
    const amounts: Record<string, Record<string, number>> = {};
    for (const { currency, products } of bought.flat()) {
      const known = (amounts[currency] ??= {});
      for (const [product, { amount }] of Object.entries(products)) known[product] = added(known[product] ?? 0, amount);
    }
    return { customerId, amounts };
  });
}

/** Whole numbers that come to the amount, in proportion to the weights; in equal parts where all of these are 0. */
function spread(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [weight, given] = [0, 0];
  return weights.map((each, index) => {
    weight += total > 0 ? each : 1;
    const until = index === weights.length - 1 ? amount : Math.round((amount * weight) / (total > 0 ? total : weights.length));
    const share = until - given;
    given = until;
    return share;
  });
}
