import { frequentItemsets } from './frequent-itemsets.js';

/** Who has the antecedent in the basket often has the consequent, too. */
export interface AssociationRule {
  antecedent: readonly string[];
  consequent: readonly string[];
  /** Baskets that have both. */
  baskets: number;
  /** Share of all baskets that have both. */
  support: number;
  /** Share of the baskets with the antecedent that have the consequent. */
  confidence: number;
  /** Confidence against the share of all baskets that have the consequent: above 1, more often than by chance. */
  lift: number;
}

export interface RuleLimits {
  /** Share of all baskets that have to have all items of a rule. */
  minSupport: number;
  minConfidence: number;
  /** Items of both sides together. Default: as many as there are. */
  maxItems?: number;
  /** Items of the consequent. Default 1. */
  maxConsequent?: number;
}

/**
 * All rules within the limits (Agrawal, Imieliński and Swami, Mining Association Rules, 1993), the surest first; of
 * those that are equally sure those with the higher lift, the higher support, then in the order of their items.
 */
export function associationRules(baskets: readonly (readonly string[])[], { minSupport, minConfidence, maxItems, maxConsequent = 1 }: RuleLimits): AssociationRule[] {
  const all = baskets.length;
  const itemsets = frequentItemsets(baskets, fewestFor(minSupport, all), maxItems);
  const counts = new Map(itemsets.map(({ items, baskets: count }) => [keyOf(items), count]));
  const rules: AssociationRule[] = [];
  for (const { items, baskets: count } of itemsets) {
    for (const consequent of subsets(items, Math.min(maxConsequent, items.length - 1))) {
      const antecedent = items.filter((item) => !consequent.includes(item));
      const confidence = count / counts.get(keyOf(antecedent))!;
      if (confidence < minConfidence) continue;
      rules.push({ antecedent, consequent, baskets: count, support: count / all, confidence, lift: (confidence * all) / counts.get(keyOf(consequent))! });
    }
  }
  return rules.sort(bySureness);
}

/** The smallest number of baskets whose share of all is at least the support. */
export function fewestFor(minSupport: number, all: number): number {
  const fewest = Math.max(1, Math.floor(minSupport * all));
  return fewest / all >= minSupport ? fewest : fewest + 1;
}

/** How a rule is called. */
export const nameOf = ({ antecedent, consequent }: Pick<AssociationRule, 'antecedent' | 'consequent'>): string => `${antecedent.join(' + ')} → ${consequent.join(' + ')}`;

const keyOf = (items: readonly string[]): string => items.join('\u0000');

/** Every choice of 1 to `most` of the items. */
function* subsets(items: readonly string[], most: number, from = 0): Generator<string[]> {
  if (most < 1) return;
  for (let index = from; index < items.length; index++) {
    yield [items[index]!];
    for (const rest of subsets(items, most - 1, index + 1)) yield [items[index]!, ...rest];
  }
}

function bySureness(one: AssociationRule, other: AssociationRule): number {
  return other.confidence - one.confidence || other.lift - one.lift || other.support - one.support || (nameOf(one) < nameOf(other) ? -1 : 1);
}
