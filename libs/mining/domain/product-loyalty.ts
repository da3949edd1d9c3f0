import { type PurchaseHistory } from './purchase-histories.js';

export interface ProductLoyalty {
  product: string;
  buyers: number;
  /** Buyers who bought it on more than one day. */
  repeatBuyers: number;
  repeatRate: number;
  /** Purchases with it. */
  purchases: number;
  /** Of the purchases that follow one with it, the share that has it again; null where none follows. */
  stays: number | null;
}

export interface Switching {
  from: string;
  to: string;
  /** Of the purchases after one with `from`: a purchase with several products counts as a part for each. */
  transitions: number;
  /** Of all that went on from `from`. */
  share: number;
}

export function productLoyalty(histories: readonly PurchaseHistory[]): ProductLoyalty[] {
  const found = new Map<string, { buyers: number; repeatBuyers: number; purchases: number; followed: number; stayed: number }>();
  for (const { bought } of histories) {
    const baskets = bought.map(({ at, products }) => ({ day: at.slice(0, 10), products: Object.keys(products) })).filter(({ products }) => products.length > 0);
    const days = new Map<string, Set<string>>();
    baskets.forEach(({ day, products }, index) => {
      const next = baskets[index + 1];
      for (const product of products) {
        const known = found.get(product) ?? { buyers: 0, repeatBuyers: 0, purchases: 0, followed: 0, stayed: 0 };
        known.purchases++;
        if (next) known.followed++;
        if (next?.products.includes(product)) known.stayed++;
        found.set(product, known);
        days.set(product, (days.get(product) ?? new Set()).add(day));
      }
    });
    for (const [product, on] of days) {
      const known = found.get(product)!;
      known.buyers++;
      if (on.size > 1) known.repeatBuyers++;
    }
  }
  const rows = [...found].map(([product, { buyers, repeatBuyers, purchases, followed, stayed }]) => ({ product, buyers, repeatBuyers, repeatRate: repeatBuyers / buyers, purchases, stays: followed === 0 ? null : stayed / followed }));
  return rows.sort((one, other) => other.purchases - one.purchases || (one.product < other.product ? -1 : 1));
}

/** From each product to those of the customer's next purchase. The shares of one `from` add up to 1. */
export function switching(histories: readonly PurchaseHistory[]): Switching[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { bought } of histories) {
    const baskets = bought.map(({ products }) => Object.keys(products)).filter((products) => products.length > 0);
    for (let next = 1; next < baskets.length; next++) {
      const to = baskets[next]!;
      for (const from of baskets[next - 1]!) {
        const row = counts.get(from) ?? new Map<string, number>();
        for (const product of to) row.set(product, (row.get(product) ?? 0) + 1 / to.length);
        counts.set(from, row);
      }
    }
  }
  return [...counts].sort(byName).flatMap(([from, row]) => {
    const all = [...row.values()].reduce((sum, count) => sum + count, 0);
    return [...row].sort(byName).map(([to, transitions]) => ({ from, to, transitions, share: transitions / all }));
  });
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1);
