import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { associationRules as rulesOf, nameOf } from '../domain/association-rules.js';
import { basketsOf, purchaseHistories } from '../domain/purchase-histories.js';

export class RuleParameters {
  /** Share of all baskets that have to have all items of a rule. */
  @IsNumber() @Min(0.000001) @Max(1) support = 0.01;
  /** Share of the baskets with the antecedent that have to have the consequent. */
  @IsNumber() @Min(0) @Max(1) confidence = 0.2;
  /** Items of both sides together. */
  @IsInt() @Min(2) @Max(20) items = 10;
  /** Items of the consequent. */
  @IsInt() @Min(1) @Max(10) consequent = 1;
}

const MANY = 100;

export const associationRules = analysis('association_rules', {
  version: 1, summary: 'What is bought together: rules between the products of purchases, with support, confidence and lift', allow: ['analyst', 'manager', 'sales'], personal: [], record: null,
  parameters: RuleParameters,
  columns: {
    rule: 'text', antecedent: 'json', consequent: 'json', baskets: { type: 'integer', unit: 'purchases' },
    support: { type: 'number', summary: 'Share of all baskets' }, confidence: { type: 'number', summary: 'Share of the baskets with the antecedent' }, lift: { type: 'number', summary: 'Above 1: more often than by chance' },
  },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }, { parameters: { support, confidence, items, consequent } }) => {
    const baskets = basketsOf(histories);
    if (baskets.length === 0) return { rows: [], summary: { baskets: 0, rules: 0 }, notes: ['No purchase says its products, so nothing can be told of what is bought together.'] };
    const rules = rulesOf(baskets.map(({ basket }) => basket), { minSupport: support, minConfidence: confidence, maxItems: items, maxConsequent: consequent });
    const notes = rules.length > 0 ? [] : ['No rule is that frequent and that sure; lower support or confidence.'];
    return { rows: rules.map((rule) => ({ rule: nameOf(rule), ...rule })), summary: { baskets: baskets.length, products: new Set(baskets.flatMap(({ basket }) => basket)).size, rules: rules.length }, notes };
  })
  .explaining(({ histories }, { parameters: { support, confidence, items, consequent } }, key) => {
    const baskets = basketsOf(histories);
    const rule = rulesOf(baskets.map(({ basket }) => basket), { minSupport: support, minConfidence: confidence, maxItems: items, maxConsequent: consequent }).find((each) => nameOf(each) === key);
    if (!rule) return undefined;
    const has = (basket: readonly string[], products: readonly string[]) => products.every((product) => basket.includes(product));
    const both = baskets.filter(({ basket }) => has(basket, [...rule.antecedent, ...rule.consequent]));
    const without = baskets.length - both.length;
    return {
      factors: [{ factor: 'support', value: rule.support, without: without === 0 ? null : 0, events: both.flatMap(({ bought }) => bought.events).slice(0, MANY) }],
      by: { method: 'eclat', version: 1, baskets: baskets.length },
      notes: both.length > MANY ? [`${both.length} purchases have both; the events of the first ones are named.`] : [],
    };
  });
