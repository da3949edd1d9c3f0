import { view, type RecordedEvent } from '#event-sourcing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned, type Money, type PurchaseFacts, type PurchaseItem, type ReturnedItem } from '#purchases';
import type { Source, Table, TableRow } from '../model/table.js';

interface Way {
  channel?: string | undefined;
  place?: string | undefined;
}

/** All postings of a purchase so far, and the way on which it was made: a return comes back to that. */
interface Postings extends Way {
  rows: readonly TableRow[];
}

interface Posted {
  kind: 'purchase' | 'return' | 'correction';
  customerId: string;
  purchases: -1 | 0 | 1;
  amount: Money;
  units: number | null;
  way: Way;
  items: readonly PurchaseItem[];
  sign: 1 | -1;
  part?: string;
}

const about = { event_id: 'text', event_position: 'integer', purchase_id: 'text', customer_id: 'text', occurred_at: 'time', recorded_at: 'time', kind: 'text', channel: 'text', place: 'text' } as const;

export const factPurchase: Table = {
  name: 'fact_purchase',
  keyColumn: 'purchase_id',
  summary: 'A posting: a purchase, a return, or the two sides of a correction. Sums of purchases, amount and units are net; amounts are minor units of the currency.',
  columns: { ...about, purchases: 'integer', amount: 'integer', currency: 'text', units: 'integer' },
  happenedAt: 'occurred_at',
};

export const factPurchaseLine: Table = {
  name: 'fact_purchase_line',
  keyColumn: 'purchase_id',
  summary: 'A product of a posting, with its units, and its amount where that was said.',
  columns: { ...about, product: 'text', units: 'integer', amount: 'integer', currency: 'text' },
  happenedAt: 'occurred_at',
};

const postings = view<Postings>('warehouse_purchases', { version: 1, internal: true })
  .key(({ data }) => data.purchaseId)
  .on(PurchaseRecorded, (_, event) => {
    const { customerId, amount, quantity, items, ...way } = event.data;
    return withPosting(way, [], event, { kind: 'purchase', customerId, purchases: 1, amount, units: quantity ?? null, way, items: items ?? [], sign: 1 });
  })
  .on(PurchaseReturned, (state, event) => {
    const { customerId, amount, quantity, items, whole } = event.data;
    return state && withPosting(state, state.rows, event, { kind: 'return', customerId, purchases: whole ? -1 : 0, amount, units: quantity ?? null, way: state, items: items ?? [], sign: -1 });
  })
  .on(PurchaseCorrected, (state, event) => {
    if (!state) return state;
    const { from, to, returned } = event.data;
    const takenBack = withPosting(state, state.rows, event, { ...sideOf(from, returned), purchases: -1, sign: -1, part: 'taken-back' });
    return withPosting(to, takenBack.rows, event, { ...sideOf(to, returned), purchases: 1, sign: 1 });
  });

export const purchaseSource: Source = {
  tables: [factPurchase, factPurchaseLine],
  fold: postings,
  turns: 'all',
  rows: (state) => (state as Postings).rows,
};

/** What was left of the purchase, as one side of the correction says it; units that went back stay posted. */
function sideOf(facts: PurchaseFacts, returned: Money): Pick<Posted, 'kind' | 'customerId' | 'amount' | 'units' | 'way' | 'items'> {
  const { customerId, amount, quantity, items, channel, place } = facts;
  return { kind: 'correction', customerId, amount: { ...amount, amount: amount.amount - returned.amount }, units: quantity ?? null, way: { channel, place }, items: items ?? [] };
}

function withPosting({ channel, place }: Way, rows: readonly TableRow[], event: RecordedEvent<{ purchaseId: string }>, posted: Posted): Postings {
  return { channel, place, rows: [...rows, posting(event, posted), ...posted.items.map((item, line) => lineOf(event, posted, item, line))] };
}

function posting(event: RecordedEvent<{ purchaseId: string }>, posted: Posted): TableRow {
  const { purchases, amount, units } = posted;
  const values = { ...saidBy(event, posted), purchases, amount: signed(amount.amount, posted), currency: amount.currency, units: units === null ? null : signed(units, posted) };
  return { table: factPurchase.name, id: idOf(event, posted), values };
}

function lineOf(event: RecordedEvent<{ purchaseId: string }>, posted: Posted, item: PurchaseItem | ReturnedItem, line: number): TableRow {
  const amount = 'amount' in item && item.amount ? signed(item.amount.amount, posted) : null;
  const values = { ...saidBy(event, posted), product: item.product, units: signed(item.quantity, posted), amount, currency: posted.amount.currency };
  return { table: factPurchaseLine.name, id: `${idOf(event, posted)}/${line}`, values };
}

function saidBy({ id, position, occurredAt, recordedAt, data }: RecordedEvent<{ purchaseId: string }>, { kind, customerId, way }: Posted) {
  return { event_id: id, event_position: position, purchase_id: data.purchaseId, customer_id: customerId, occurred_at: occurredAt, recorded_at: recordedAt, kind, channel: way.channel ?? null, place: way.place ?? null };
}

const idOf = ({ position }: RecordedEvent, { part }: Posted): string => (part === undefined ? String(position) : `${position}/${part}`);
const signed = (value: number, { sign }: Posted): number => (value === 0 ? 0 : sign * value);
