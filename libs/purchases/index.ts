// What other contexts may know of purchases: their events, the words in them, and the commands that record them.
export {
  PurchaseCorrected, PurchaseRecorded, PurchaseReturned,
  type Money, type PurchaseFacts, type PurchaseItem, type ReturnedItem,
} from './domain/events.js';
export { RecordPurchase } from './commands/record-purchase.js';
export { ReturnPurchase } from './commands/return-purchase.js';
export { purchases, type PurchaseRow } from './views/purchases.view.js';
// A list of a customer's purchases as folds keep it.
export { purchaseIn, withoutPurchase, withPurchase, type Parts, type Purchased } from './domain/purchase-parts.js';
