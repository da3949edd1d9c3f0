import { distance } from 'fastest-levenshtein';
import { type CustomerKind, type DuplicateGround } from '#customers';
import { normalisedEmail, normalisedName, normalisedPhone } from './normalised.js';

/** What of a customer is compared. It stays in memory. */
export interface Compared {
  customerId: string;
  kind: CustomerKind;
  name: string;
  emails: readonly string[];
  phones: readonly string[];
  /** ISO 3166-1, two letters. */
  country?: string;
}

/** Two customers that may be one. */
export interface Candidate {
  customerId: string;
  otherCustomerId: string;
  grounds: DuplicateGround[];
  /** From 0 to 1. */
  likeness: number;
}

/** How much each ground says, as the share of the doubt that it takes away. */
const WEIGHTS: Readonly<Record<DuplicateGround, number>> = { 'same-e-mail': 0.7, 'same-phone': 0.6, 'same-name': 0.5, 'similar-name': 0.3 };
/** A similar name alone is not enough. */
const SUSPICIOUS = 0.5;
/** What more share than this is the address of a house or a firm, or a common name, and tells nothing. */
const SHARED_BY_AT_MOST = 10;
/** Levenshtein distance in terms of the longer name. */
const SIMILAR = 0.85;
const WINDOW = 5;

/**
 * Pairs of customers of the same kind that have an address or a name in common. Names that are only similar are found by
 * the sorted-neighbourhood method (Hernández and Stolfo, 1995): each is compared with those next to it in the order of
 * names, so that the work grows with the customers and not with their pairs.
 */
export function candidatesAmong(customers: readonly Compared[]): Candidate[] {
  const found = new Map<string, { one: Compared; other: Compared; grounds: Set<DuplicateGround> }>();
  const add = (ground: DuplicateGround) => (one: Compared, other: Compared) => {
    if (one.kind !== other.kind || one.customerId === other.customerId) return;
    const [first, second] = one.customerId < other.customerId ? [one, other] : [other, one];
    const key = `${first.customerId}/${second.customerId}`;
    const pair = found.get(key) ?? { one: first, other: second, grounds: new Set<DuplicateGround>() };
    found.set(key, pair);
    pair.grounds.add(ground);
  };
  const names = new Map(customers.map((customer) => [customer, normalisedName(customer.name)]));
  inGroups(customers, ({ emails }) => emails.map(normalisedEmail), add('same-e-mail'));
  inGroups(customers, ({ phones, country }) => phones.flatMap((phone) => normalisedPhone(phone, country) ?? []), add('same-phone'));
  inGroups(customers, (customer) => names.get(customer)!, add('same-name'));
  neighbours(customers, names, add('similar-name'));
  return [...found.values()].map(({ one, other, grounds }) => ({
    customerId: one.customerId, otherCustomerId: other.customerId, grounds: [...grounds].sort(), likeness: likenessBy(grounds),
  })).filter(({ likeness }) => likeness >= SUSPICIOUS);
}

type Found = (one: Compared, other: Compared) => void;

/** All pairs of those who have a value in common that few have. */
function inGroups(customers: readonly Compared[], valuesOf: (customer: Compared) => string | readonly string[], found: Found): void {
  const groups = new Map<string, Compared[]>();
  for (const customer of customers) {
    for (const value of new Set([valuesOf(customer)].flat())) if (value !== '') groups.set(value, [...(groups.get(value) ?? []), customer]);
  }
  for (const group of groups.values()) {
    if (group.length > SHARED_BY_AT_MOST) continue;
    for (const [index, one] of group.entries()) for (const other of group.slice(index + 1)) found(one, other);
  }
}

function neighbours(customers: readonly Compared[], names: ReadonlyMap<Compared, string>, found: Found): void {
  const nameOf = (customer: Compared) => names.get(customer)!;
  const ordered = [...customers].filter((customer) => nameOf(customer) !== '').sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  for (const [index, one] of ordered.entries()) {
    for (const other of ordered.slice(index + 1, index + WINDOW)) if (areSimilar(nameOf(one), nameOf(other))) found(one, other);
  }
}

/** Numbers in names tell them apart: `Plant 1` is not `Plant 2`. */
function areSimilar(one: string, other: string): boolean {
  if (one === other || digitsOf(one) !== digitsOf(other)) return false;
  return 1 - distance(one, other) / Math.max(one.length, other.length) >= SIMILAR;
}

const digitsOf = (name: string): string => name.replaceAll(/\P{N}/gu, '');

/** Grounds add up as independent evidence does: 1 − ∏ (1 − weight). */
function likenessBy(grounds: ReadonlySet<DuplicateGround>): number {
  const doubt = [...grounds].reduce((left, ground) => left * (1 - WEIGHTS[ground]), 1);
  return Math.round((1 - doubt) * 100) / 100;
}
