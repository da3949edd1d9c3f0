/** What a row of a customer has to say for it to be told whether somebody registered them. */
export interface Known {
  customerId: string;
  /** Null: nobody did. */
  status: string | null;
  interactions: { count: number; last: string | null };
  purchases: { count: number; last: string | null };
  followUps: { open: number };
}

export interface UnregisteredCustomer {
  customerId: string;
  purchases: number;
  interactions: number;
  /** Of the two, when last. */
  last: string | null;
}

export interface Unregistered {
  customers: number;
  purchases: number;
  interactions: number;
  /** Those with the most, a hundred at the most. */
  first: UnregisteredCustomer[];
}

const SHOWN = 100;

/** Whoever has something recorded and was never registered: an id that was mistyped, or somebody whose registration is still to come. */
export async function unregisteredAmong(rows: AsyncIterable<Known>): Promise<Unregistered> {
  const found: UnregisteredCustomer[] = [];
  for await (const { customerId, status, interactions, purchases, followUps } of rows) {
    if (status !== null || interactions.count + purchases.count + followUps.open === 0) continue;
    found.push({ customerId, purchases: purchases.count, interactions: interactions.count, last: later(interactions.last, purchases.last) });
  }
  const sum = (field: 'purchases' | 'interactions') => found.reduce((total, customer) => total + customer[field], 0);
  return { customers: found.length, purchases: sum('purchases'), interactions: sum('interactions'), first: found.sort(byAmount).slice(0, SHOWN) };
}

const byAmount = (one: UnregisteredCustomer, other: UnregisteredCustomer): number =>
  other.purchases + other.interactions - one.purchases - one.interactions || (one.customerId < other.customerId ? -1 : 1);

const later = (one: string | null, other: string | null): string | null => (one !== null && (other === null || one > other) ? one : other);
