import { view, type RecordedEvent } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned, type Money } from '../domain/events.js';

/** One posting. The sum of the postings of a customer in one currency is what its purchases come to, net of returns. */
export interface LedgerEntry {
  customerId: string;
  purchaseId: string;
  kind: 'purchase' | 'return' | 'correction';
  /** When it happened: a return is posted on its own day, not on that of the purchase. */
  at: string;
  /** Positive for purchases, negative for returns. */
  amount: Money;
  eventId: string;
  recordedAt: string;
  channel?: string;
  place?: string;
}

/** Positions sort as numbers only when they have the same length. */
const entryKey = ({ position }: RecordedEvent): string => String(position).padStart(16, '0');

/** A correction takes back what was left of the purchase as it was said, and posts what is left of it as it is right. */
const TAKEN_BACK = '/taken-back';

export const purchaseLedger = view<LedgerEntry>('purchase_ledger', {
  version: 1,
  summary: 'Postings of purchases, returns and corrections in the order of recording.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, at: -1 }, { purchaseId: 1 }, { at: -1 }],
})
  .key(entryKey)
  .on(PurchaseRecorded, (_, event) => ({ ...posting(event, 'purchase', event.data.amount, 1), ...wayOf(event.data) }))
  .on(PurchaseReturned, (_, event) => posting(event, 'return', event.data.amount, -1))
  .on(PurchaseCorrected, (event) => [entryKey(event), entryKey(event) + TAKEN_BACK], (_, event, key) => {
    const { from, to, returned } = event.data;
    return key.endsWith(TAKEN_BACK)
      ? { ...posting(event, 'correction', less(from.amount, returned), -1), customerId: from.customerId, ...wayOf(from) }
      : { ...posting(event, 'correction', less(to.amount, returned), 1), ...wayOf(to) };
  });

function posting(event: RecordedEvent<{ customerId: string; purchaseId: string }>, kind: LedgerEntry['kind'], { amount, currency }: Money, sign: 1 | -1): LedgerEntry {
  const { customerId, purchaseId } = event.data;
  const signed = amount === 0 ? 0 : sign * amount;
  return { customerId, purchaseId, kind, at: event.occurredAt, amount: { amount: signed, currency }, eventId: event.id, recordedAt: event.recordedAt };
}

const less = (amount: Money, returned: Money): Money => ({ ...amount, amount: amount.amount - returned.amount });

const wayOf = ({ channel, place }: { channel?: string; place?: string }) => ({
  ...(channel === undefined ? {} : { channel }),
  ...(place === undefined ? {} : { place }),
});
