import { view } from '#event-sourcing';
import { PurchaseRecorded } from '#purchases';

/** What a customer bought of each product, as it was recorded: by currency, then by product. */
export interface ProductsBought {
  customerId: string;
  amounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const products = view<ProductsBought>('products_bought', { version: 1, record: 'customerId', personal: [] })
  .on(PurchaseRecorded, ({ data }) => (data.items ? data.customerId : undefined), (row, { data: { customerId, items, amount } }) => {
    const { currency } = amount;
    const known = { ...row?.amounts[currency] };
    // Where an item says no amount, the items share that of the purchase.
    for (const item of items!) known[item.product] = (known[item.product] ?? 0) + (item.amount?.amount ?? Math.round(amount.amount / items!.length));
    return { customerId, amounts: { ...row?.amounts, [currency]: known } };
  });

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const productsBought = () => products;
