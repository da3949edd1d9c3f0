/** What is told of a purchase at the least. */
export interface Purchased {
  purchaseId: string;
  at: string;
}

/** Purchases by time, in parts: one more copies the part that it goes into, and not what a busy customer bought in all these years. */
export type Parts<Purchase extends Purchased> = readonly (readonly Purchase[])[];

/** Purchases of a part that was filled in order; one of twice as many is divided. */
export const FULL = 128;

/** With one more, after those of the same time. */
export function withPurchase<Purchase extends Purchased>(parts: Parts<Purchase>, purchase: Purchase): Parts<Purchase> {
  let index = parts.length - 1;
  while (index > 0 && parts[index]![0]!.at > purchase.at) index--;
  const part = parts[index] ?? [];
  const place = part.findLastIndex(({ at }) => at <= purchase.at) + 1;
  if (place === part.length && place >= FULL && index === parts.length - 1) return [...parts, [purchase]];
  const longer = part.toSpliced(place, 0, purchase);
  return parts.toSpliced(Math.max(0, index), 1, ...(longer.length < 2 * FULL ? [longer] : [longer.slice(0, FULL), longer.slice(FULL)]));
}

export function withoutPurchase<Purchase extends Purchased>(parts: Parts<Purchase>, purchaseId: string): Parts<Purchase> {
  const index = parts.findIndex((part) => part.some((each) => each.purchaseId === purchaseId));
  if (index < 0) return parts;
  const left = parts[index]!.filter((each) => each.purchaseId !== purchaseId);
  return parts.toSpliced(index, 1, ...(left.length > 0 ? [left] : []));
}

export function purchaseIn<Purchase extends Purchased>(parts: Parts<Purchase>, purchaseId: string): Purchase | undefined {
  for (const part of parts) {
    const found = part.find((each) => each.purchaseId === purchaseId);
    if (found) return found;
  }
  return undefined;
}
