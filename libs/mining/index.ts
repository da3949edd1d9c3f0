// What others may know of patterns in behaviour: rules between products.
export { associationRules, type AssociationRule, type RuleLimits } from './domain/association-rules.js';
export { frequentItemsets, type Itemset } from './domain/frequent-itemsets.js';
