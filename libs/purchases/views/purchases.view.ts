import { view } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned, type Money, type PurchaseFacts } from '../domain/events.js';

/** A purchase as it stands now. */
export interface PurchaseRow extends PurchaseFacts {
  purchaseId: string;
  status: 'standing' | 'partly-returned' | 'returned';
  /** Money paid back so far. */
  returned: Money;
  /** What remains of the amount. */
  net: Money;
  /** How often it was corrected; what it said before is in the events. */
  corrections: number;
  changedAt: string;
}

export const purchases = view<PurchaseRow>('purchases', {
  version: 1,
  summary: 'Every purchase as it stands, after its returns and corrections.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, purchasedAt: -1 }, { purchasedAt: -1 }],
})
  .key(({ data }) => data.purchaseId)
  .on(PurchaseRecorded, (_, { data, occurredAt }) => ({
    ...data,
    purchasedAt: occurredAt,
    status: 'standing',
    returned: { amount: 0, currency: data.amount.currency },
    net: data.amount,
    corrections: 0,
    changedAt: occurredAt,
  }))
  .on(PurchaseReturned, (row, { data, occurredAt }) => row && {
    ...row,
    ...balance(row.amount, { ...row.returned, amount: row.returned.amount + data.amount.amount }),
    status: data.whole ? 'returned' : 'partly-returned',
    changedAt: occurredAt,
  })
  .on(PurchaseCorrected, (row, { data: { purchaseId, to, returned }, occurredAt }) => row && {
    ...to,
    ...balance(to.amount, returned),
    purchaseId,
    status: row.status,
    corrections: row.corrections + 1,
    changedAt: occurredAt,
  });

const balance = (amount: Money, returned: Money) => ({ returned, net: { ...amount, amount: amount.amount - returned.amount } });
