// What other contexts may know of purchases: their events and the words in them.
export {
  PurchaseCorrected, PurchaseRecorded, PurchaseReturned,
  type Money, type PurchaseFacts, type PurchaseItem, type ReturnedItem,
} from './domain/events.js';
