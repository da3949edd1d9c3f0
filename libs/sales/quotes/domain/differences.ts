import { type Line } from '../../domain/lines.js';
import { type Money } from '#money';
import { type Offer } from './quote.js';

/** How a line differs from the version before. */
export interface LineDifference {
  offeringId: string;
  change: 'added' | 'removed' | 'changed';
  from?: Partial<Line>;
  to?: Partial<Line>;
}

export interface OfferDifferences {
  lines: LineDifference[];
  /** Of what is to be paid. */
  gross?: { from: Money; to: Money };
  validUntil?: { from: string; to: string };
}

const FIELDS = ['quantity', 'unitPrice', 'discountPercent', 'taxPercent', 'net'] as const;

/** Between two versions of an offer. Lines are told apart by their offering, and by their place among those of the same one. */
export function differencesBetween(before: Offer, after: Offer): OfferDifferences {
  const [former, present] = [named(before.lines), named(after.lines)];
  const keys = [...new Set([...former.keys(), ...present.keys()])];
  const gross = { from: before.totals.gross, to: after.totals.gross };
  const validUntil = { from: before.validUntil, to: after.validUntil };
  return {
    lines: keys.flatMap((key) => differenceOf(former.get(key), present.get(key))),
    ...(!isSame(gross.from, gross.to) && { gross }),
    ...(validUntil.from !== validUntil.to && { validUntil }),
  };
}

function named(lines: readonly Line[]): Map<string, Line> {
  const counts = new Map<string, number>();
  return new Map(lines.map((line) => {
    const place = (counts.get(line.offeringId) ?? 0) + 1;
    counts.set(line.offeringId, place);
    return [`${line.offeringId}/${place}`, line];
  }));
}

function differenceOf(from: Line | undefined, to: Line | undefined): LineDifference[] {
  if (!from) return [{ offeringId: to!.offeringId, change: 'added', to: to! }];
  if (!to) return [{ offeringId: from.offeringId, change: 'removed', from }];
  const changed = FIELDS.filter((field) => !isSame(from[field], to[field]));
  if (changed.length === 0) return [];
  const of = (line: Line): Partial<Line> => Object.fromEntries(changed.filter((field) => line[field] !== undefined).map((field) => [field, line[field]]));
  return [{ offeringId: from.offeringId, change: 'changed', from: of(from), to: of(to) }];
}

function isSame(one: Line[(typeof FIELDS)[number]], other: Line[(typeof FIELDS)[number]]): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return one.amount === other.amount && one.currency === other.currency;
}
