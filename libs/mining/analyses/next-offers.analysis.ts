import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { associationRules, nameOf, type AssociationRule } from '../domain/association-rules.js';
import { nextOffers as offersTo } from '../domain/next-offers.js';
import { basketsOf, purchaseHistories, type PurchaseHistory } from '../domain/purchase-histories.js';

export class OfferParameters {
  @IsNumber() @Min(0.000001) @Max(1) support = 0.01;
  @IsNumber() @Min(0) @Max(1) confidence = 0.2;
  /** Rules that are no better than chance are no reason to offer anything. */
  @IsNumber() @Min(0) lift = 1;
  /** Offers to each customer at the most. */
  @IsInt() @Min(1) @Max(20) offers = 1;
}

export const nextOffers = analysis('next_offers', {
  version: 1, summary: 'What to offer each customer next, with the rule that says so and the purchases that it rests on', allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', apart: ['rank'],
  parameters: OfferParameters,
  columns: { customerId: 'text', rank: 'integer', offer: 'text', rule: 'text', support: 'number', confidence: 'number', lift: 'number', events: { type: 'json', summary: 'The purchases behind it' } },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }, { parameters }) => {
    const rules = rulesFor(histories, parameters);
    const rows = histories.flatMap(({ customerId, bought }) => offersTo(bought, rules, parameters.offers).map(({ product, rule, because }, index) => ({
      customerId, rank: index + 1, offer: product, rule: nameOf(rule), support: rule.support, confidence: rule.confidence, lift: rule.lift, events: because.flatMap(({ events }) => events),
    })));
    const notes = rows.length > 0 ? ['Rules are of single purchases; they are applied to all that a customer has bought.'] : ['There is nothing to offer: no rule is that sure, or everybody has what the rules lead to.'];
    return { rows, summary: { rules: rules.length, customers: new Set(rows.map(({ customerId }) => customerId)).size }, notes };
  })
  .explaining(({ histories }, { parameters }, key) => {
    const own = histories.find(({ customerId }) => customerId === key);
    const rules = own ? rulesFor(histories, parameters) : [];
    const offers = own ? offersTo(own.bought, rules, parameters.offers) : [];
    if (offers.length === 0) return { notes: [`None of the ${rules.length} rules leads from what ${key} bought to anything new.`] };
    return { by: { method: 'eclat', version: 1, rules: offers.map(({ product, rule, because }) => ({ offer: product, rule: nameOf(rule), baskets: rule.baskets, boughtIn: because.map(({ purchaseId }) => purchaseId) })) } };
  });

function rulesFor(histories: readonly PurchaseHistory[], { support, confidence, lift }: OfferParameters): AssociationRule[] {
  const rules = associationRules(basketsOf(histories).map(({ basket }) => basket), { minSupport: support, minConfidence: confidence });
  return rules.filter((rule) => rule.lift > lift);
}
