import { type AssociationRule } from './association-rules.js';
import { type Bought } from './purchase-histories.js';

export interface Offer {
  product: string;
  rule: AssociationRule;
  /** Purchases in which the customer bought what the rule starts from: the last of each product. */
  because: Bought[];
}

/**
 * The products to offer next: consequents of the surest rules whose antecedents the customer has bought and whose
 * consequent not. @param rules the surest first, of one item to follow
 */
export function nextOffers(bought: readonly Bought[], rules: readonly AssociationRule[], most: number): Offer[] {
  const last = new Map<string, Bought>();
  for (const purchase of bought) for (const product of Object.keys(purchase.products)) last.set(product, purchase);
  const offers = new Map<string, Offer>();
  for (const rule of rules) {
    if (offers.size === most) break;
    const [product] = rule.consequent;
    if (last.has(product!) || offers.has(product!) || !rule.antecedent.every((item) => last.has(item))) continue;
    offers.set(product!, { product: product!, rule, because: [...new Set(rule.antecedent.map((item) => last.get(item)!))] });
  }
  return [...offers.values()];
}
