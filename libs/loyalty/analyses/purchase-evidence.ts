import { view } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';

/** A purchase as it stands, with the events that say so. */
export interface PurchaseEvidence {
  customerId: string;
  purchasedAt: string;
  currency: string;
  /** Minor units left after returns. */
  net: number;
  stands: boolean;
  events: string[];
}

const recordedFor = (row: PurchaseEvidence | undefined, event: { id: string }) => [...(row?.events ?? []), event.id];

/** Read when a result is to be explained, and only then: no context exports it as a view of its own. */
const evidence = view<PurchaseEvidence>('purchase_evidence', { version: 1, record: 'customerId', personal: [], indexes: [{ customerId: 1 }] })
  .key(({ data }) => data['purchaseId'])
  .on(PurchaseRecorded, (row, event) => {
    const { customerId, amount } = event.data;
    return { customerId, purchasedAt: event.occurredAt, currency: amount.currency, net: amount.amount, stands: true, events: recordedFor(row, event) };
  })
  .on(PurchaseReturned, (row, event) => row && { ...row, net: row.net - event.data.amount.amount, stands: !event.data.whole, events: recordedFor(row, event) })
  .on(PurchaseCorrected, (row, event) => {
    const { to, returned } = event.data;
    return row && { ...row, customerId: to.customerId, purchasedAt: to.purchasedAt, currency: to.amount.currency, net: to.amount.amount - returned.amount, events: recordedFor(row, event) };
  });

/** As a source of analyses: a function, so that it is not taken for a view of the context. */
export const purchaseEvidence = () => evidence;
