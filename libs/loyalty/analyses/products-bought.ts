import { view } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned, type PurchaseItem } from '#purchases';
import { productsOf, withoutReturned, type ProductsBought, type ProductsOf } from '../domain/products-bought.js';

const withoutPurchase = (row: ProductsBought | undefined, purchaseId: string): readonly ProductsOf[] => row?.bought.filter((each) => each.purchaseId !== purchaseId) ?? [];
const rowOf = (customerId: string, bought: readonly ProductsOf[]): ProductsBought | undefined => (bought.length > 0 ? { customerId, bought } : undefined);
const hasItems = (said: { items?: readonly PurchaseItem[] }) => (said.items ?? []).length > 0;

const products = view<ProductsBought>('products_bought', { version: 2, record: 'customerId', personal: [] })
  .key(({ data }) => data.customerId)
  .on(PurchaseRecorded, ({ data }) => (hasItems(data) ? data.customerId : undefined), (row, { data: { purchaseId, customerId, items, amount } }) =>
    rowOf(customerId, [...(row?.bought ?? []), productsOf(purchaseId, { amount, items: items! })]))
  .on(PurchaseReturned, (row, { data: { purchaseId, amount, items, whole } }) => {
    if (whole) return row && rowOf(row.customerId, withoutPurchase(row, purchaseId));
    return row && { ...row, bought: row.bought.map((each) => (each.purchaseId === purchaseId ? withoutReturned(each, amount.amount, items) : each)) };
  })
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], (row, { data: { purchaseId, from, to, returned } }, key) => {
    const known = row?.bought.find((each) => each.purchaseId === purchaseId);
    // What went back stays gone where amount and products are what they were said to be.
    if (known && key === to.customerId && JSON.stringify([from.amount, from.items]) === JSON.stringify([to.amount, to.items])) return row;
    const others = withoutPurchase(row, purchaseId);
    if (key !== to.customerId || !hasItems(to)) return rowOf(key, others);
    return rowOf(key, [...others, withoutReturned(productsOf(purchaseId, { amount: to.amount, items: to.items! }), returned.amount)]);
  });

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const productsBought = () => products;
