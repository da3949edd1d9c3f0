import { view } from '#event-sourcing';
import { ProductEvaluationRecorded, ProductInUseRecorded, ProductUseEnded } from '#customers';

interface Use {
  supplier?: string;
  ended?: true;
  replacedBy?: string;
  /** −2 to 2, the last one. */
  rating?: number;
}

export interface ProductUse {
  customerId: string;
  /** By product. */
  products: Readonly<Record<string, Use>>;
}

const changed = (row: ProductUse | undefined, customerId: string, product: string, change: (use: Use) => Use): ProductUse =>
  ({ customerId, products: { ...row?.products, [product]: change(row?.products[product] ?? {}) } });

const uses = view<ProductUse>('mining_product_use', { version: 1, allow: ['analyst', 'manager'], personal: [], record: '_id' })
  .key(({ data }) => data.customerId)
  .on(ProductInUseRecorded, (row, { data: { customerId, product, supplier } }) => changed(row, customerId, product, ({ rating }) => ({ ...(supplier !== undefined && { supplier }), ...(rating !== undefined && { rating }) })))
  .on(ProductUseEnded, (row, { data: { customerId, product, replacedBy } }) => changed(row, customerId, product, (use) => ({ ...use, ended: true, ...(replacedBy !== undefined && { replacedBy }) })))
  .on(ProductEvaluationRecorded, (row, { data: { customerId, product, rating } }) => changed(row, customerId, product, (use) => ({ ...use, rating })));

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const productUse = () => uses;

export interface UsedProduct {
  product: string;
  users: number;
  fromOthers: number;
  ended: number;
  replacedBy: string | null;
  rated: number;
  rating: number | null;
}

/** Every product that somebody uses, used or judged; the most used first. */
export function usedProducts(rows: readonly ProductUse[]): UsedProduct[] {
  const byProduct = new Map<string, Use[]>();
  for (const { products } of rows) for (const [product, use] of Object.entries(products)) byProduct.set(product, [...(byProduct.get(product) ?? []), use]);
  return [...byProduct].map(([product, uses_]) => {
    const [ended, rated] = [uses_.filter((use) => use.ended), uses_.flatMap(({ rating }) => rating ?? [])];
    const users = uses_.filter((use) => !use.ended);
    return {
      product, users: users.length, fromOthers: users.filter(({ supplier }) => supplier !== undefined).length, ended: ended.length, replacedBy: mostOften(ended.flatMap(({ replacedBy }) => replacedBy ?? [])),
      rated: rated.length, rating: rated.length > 0 ? rated.reduce((sum, each) => sum + each, 0) / rated.length : null,
    };
  }).sort((one, other) => other.users - one.users || (one.product < other.product ? -1 : 1));
}

function mostOften(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))[0]?.[0] ?? null;
}
