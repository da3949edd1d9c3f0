import { added } from '#money';
import { below, childrenAmong } from '#customers';

/** What is summed of one customer. */
export interface TreeMember {
  customerId: string;
  parentId: string | null;
  contacts: { count: number; core: number };
  interactions: { count: number };
  purchases: { byCurrency: Readonly<Record<string, { count: number; total: number }>> };
}

/** A customer with branches, and what all of them come to in one currency. */
export interface TreeTotal {
  customerId: string;
  parentId: string | null;
  /** Itself and all below it. */
  members: number;
  contacts: number;
  coreContacts: number;
  interactions: number;
  /** Null where nobody has bought anything. */
  currency: string | null;
  purchases: number;
  /** Minor units, net of returns. */
  revenue: number;
  /** The part of it that the customer itself has brought. */
  ownRevenue: number;
}

/** Totals of every customer that others stand below, a row for each currency. In a ring each has all of it. */
export function treeTotals(customers: readonly TreeMember[]): TreeTotal[] {
  const known = new Map(customers.map((customer) => [customer.customerId, customer]));
  const children = childrenAmong(customers.map(({ customerId, parentId }) => ({ customerId, ...(parentId !== null && { parentId }) })));
  return customers.filter(({ customerId }) => children.has(customerId)).flatMap((top): TreeTotal[] => {
    const members = below(top.customerId, children).map((id) => known.get(id)!);
    const sum = (of: (member: TreeMember) => number) => members.reduce((total, member) => added(total, of(member)), 0);
    const bought = (currency: string) => ({ purchases: sum((member) => inCurrency(member, currency).count), revenue: sum((member) => inCurrency(member, currency).total), ownRevenue: inCurrency(top, currency).total });
    const currencies = [...new Set(members.flatMap(({ purchases }) => Object.keys(purchases.byCurrency)))].sort();
    const counted = {
      customerId: top.customerId, parentId: top.parentId, members: members.length,
      contacts: sum(({ contacts }) => contacts.count), coreContacts: sum(({ contacts }) => contacts.core), interactions: sum(({ interactions }) => interactions.count),
    };
    if (currencies.length === 0) return [{ ...counted, currency: null, purchases: 0, revenue: 0, ownRevenue: 0 }];
    return currencies.map((currency) => ({ ...counted, currency, ...bought(currency) }));
  });
}

const inCurrency = ({ purchases }: TreeMember, currency: string) => purchases.byCurrency[currency] ?? { count: 0, total: 0 };
