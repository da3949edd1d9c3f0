import { analysis } from '#event-sourcing';
import { productLoyalty as loyaltyOf, switching } from '../domain/product-loyalty.js';
import { purchaseHistories, type PurchaseHistory } from '../domain/purchase-histories.js';

const who = { allow: ['analyst', 'manager'], personal: [], record: null };
const NO_PRODUCTS = 'No purchase says its products.';

export const productLoyalty = analysis('product_loyalty', {
  ...who, apart: ['product'], version: 1, summary: 'How loyal buyers are to each product: who bought it again, and how often the next purchase has it, too',
  columns: {
    product: 'text', buyers: { type: 'integer', unit: 'customers' }, repeatBuyers: { type: 'integer', unit: 'customers' }, repeatRate: 'number', purchases: 'integer',
    stays: { type: 'number', summary: 'Of the purchases that follow one with it, the share that has it again', nullWhere: 'no purchase follows one with it' },
  },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }) => {
    const rows = loyaltyOf(histories);
    return { rows, summary: { products: rows.length }, notes: rows.length === 0 ? [NO_PRODUCTS] : rows.some(({ stays }) => stays !== null) ? [] : ['No purchase that says its products follows another one: whether buyers stay is not known.'] };
  })
  .restingOn(({ histories }, _, { product }) => buyersOf(histories, product));

export const productSwitching = analysis('product_switching', {
  ...who, apart: ['from', 'to'], version: 1, summary: 'From which product to which: what the next purchase of a customer has; shares of one product add up to 1',
  columns: { from: 'text', to: 'text', transitions: 'number', share: 'number' },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }) => {
    const rows = switching(histories);
    return { rows, summary: { transitions: rows.length }, notes: rows.length > 0 ? [] : ['Nobody made two purchases that say their products.'] };
  })
  .restingOn(({ histories }, _, { from }) => buyersOf(histories, from));

const buyersOf = (histories: readonly PurchaseHistory[], product: unknown): string[] => histories.filter(({ bought }) => bought.some(({ products }) => Object.hasOwn(products, String(product)))).map(({ customerId }) => customerId);
