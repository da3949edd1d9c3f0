import { view } from '#event-sourcing';
import { PurchaseCorrected, purchaseIn, PurchaseRecorded, PurchaseReturned, withoutPurchase, withPurchase, type Parts, type PurchaseItem } from '#purchases';
import { productsOf, withoutReturned, type ProductsBought, type ProductsOf } from '../domain/products-bought.js';

const boughtIn = (row: ProductsBought | undefined): Parts<ProductsOf> => row?.bought ?? [];
const rowOf = (customerId: string, bought: Parts<ProductsOf>): ProductsBought | undefined => (bought.length > 0 ? { customerId, bought } : undefined);
const hasItems = (said: { items?: readonly PurchaseItem[] }) => (said.items ?? []).length > 0;

const products = view<ProductsBought>('products_bought', { version: 3, record: 'customerId', personal: [] })
  .key(({ data }) => data.customerId)
  .on(PurchaseRecorded, ({ data }) => (hasItems(data) ? data.customerId : undefined), (row, { data: { purchaseId, customerId, items, amount }, occurredAt }) =>
    rowOf(customerId, withPurchase(boughtIn(row), productsOf({ purchaseId, at: occurredAt }, { amount, items: items! }))))
  .on(PurchaseReturned, (row, { data: { purchaseId, amount, items, whole } }) => {
    const known = row && purchaseIn(row.bought, purchaseId);
    if (!known) return row;
    const others = withoutPurchase(row.bought, purchaseId);
    return rowOf(row.customerId, whole ? others : withPurchase(others, withoutReturned(known, amount.amount, items)));
  })
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], (row, { data: { purchaseId, from, to, returned } }, key) => {
    const known = row && purchaseIn(row.bought, purchaseId);
    const others = withoutPurchase(boughtIn(row), purchaseId);
    if (key !== to.customerId) return rowOf(key, others);
    // What went back stays gone where amount and products are what they were said to be.
    if (known && JSON.stringify([from.amount, from.items]) === JSON.stringify([to.amount, to.items])) return rowOf(key, withPurchase(others, { ...known, at: to.purchasedAt }));
    if (!hasItems(to)) return rowOf(key, others);
    return rowOf(key, withPurchase(others, withoutReturned(productsOf({ purchaseId, at: to.purchasedAt }, { amount: to.amount, items: to.items! }), returned.amount)));
  });

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const productsBought = () => products;
