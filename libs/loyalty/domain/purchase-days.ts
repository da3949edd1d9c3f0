import { added } from '#money';
import { dayOf } from './time.js';

/** One purchase as evidence: the event that recorded it. */
export interface PurchaseMark {
  at: string;
  purchaseId: string;
  eventId: string;
}

/** A UTC calendar day on which the customer bought, however often. */
export interface PurchaseDay {
  day: string;
  /** Purchases of the day. */
  count: number;
  /** Its purchases by time, then event id: the first ones and the last, {@link MARKS_PER_DAY} at the most. */
  marks: PurchaseMark[];
  /** Minor units of its purchases, net of returns whenever they came; missing where amounts do not count. */
  amount?: number;
}

/** Bounds a row by its days: one more purchase on a busy day adds to the count only. */
export const MARKS_PER_DAY = 8;

/** The days, ascending, with one more purchase. Purchases may come in any order. */
export function withPurchase(days: readonly PurchaseDay[], mark: PurchaseMark): PurchaseDay[] {
  const day = dayOf(mark.at);
  const at = indexOf(days, day);
  const known = days[at];
  if (known?.day === day) {
    return days.with(at, { ...known, count: known.count + 1, marks: bounded(inOrder(known.marks, mark)) });
  }
  return days.toSpliced(at, 0, { day, count: 1, marks: [mark] });
}

/**
 * The days without a purchase that was returned as a whole or never made; a day without any other purchase disappears.
 * On a day with more than {@link MARKS_PER_DAY} purchases the last known mark stays for those that are only counted.
 */
export function withoutPurchase(days: readonly PurchaseDay[], purchaseId: string, purchasedAt: string): PurchaseDay[] {
  const day = dayOf(purchasedAt);
  const at = indexOf(days, day);
  const known = days[at];
  if (known?.day !== day) return [...days];
  if (known.count === 1) return days.toSpliced(at, 1);
  const marks = known.marks.filter((mark) => mark.purchaseId !== purchaseId);
  return days.with(at, { ...known, count: known.count - 1, marks: marks.length > 0 ? marks : known.marks });
}

/** Adds to what the purchases of a day came to. Negative: money went back. */
export function withAmount(days: readonly PurchaseDay[], purchasedAt: string, by: number): PurchaseDay[] {
  const day = dayOf(purchasedAt);
  const at = indexOf(days, day);
  const known = days[at];
  return known?.day === day ? days.with(at, { ...known, amount: added(known.amount ?? 0, by) }) : [...days];
}

/** Index of the day, or where it would stand. New purchases are mostly the latest: search from the end. */
function indexOf(days: readonly PurchaseDay[], day: string): number {
  let at = days.length;
  while (at > 0 && days[at - 1]!.day >= day) at -= 1;
  return at;
}

function inOrder(marks: readonly PurchaseMark[], mark: PurchaseMark): PurchaseMark[] {
  const after = marks.findIndex(({ at, eventId }) => at > mark.at || (at === mark.at && eventId > mark.eventId));
  return marks.toSpliced(after < 0 ? marks.length : after, 0, mark);
}

/** Drops the last but one: whatever the order of arrival, the first ones and the last remain. */
const bounded = (marks: PurchaseMark[]): PurchaseMark[] => (marks.length > MARKS_PER_DAY ? marks.toSpliced(MARKS_PER_DAY - 1, 1) : marks);
