import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { associationRules, fewestFor, nameOf } from './association-rules.js';
import { frequentItemsets } from './frequent-itemsets.js';

const FILE = resolve('../shared/data/groceries/groceries.csv');
const present = existsSync(FILE);
if (!present) console.log(`Skipped: there is no ${FILE}.`);

/** Level by level, looking for each candidate through the baskets with its rarest item: slow, and another way than ours (Apriori). */
function apriori(baskets: readonly (readonly string[])[], minSupport: number): Map<string, number> {
  const having = new Map<string, Set<string>[]>();
  for (const set of baskets.map((basket) => new Set(basket))) for (const item of set) having.set(item, having.get(item) ?? []).get(item)!.push(set);
  const frequent = new Map<string, number>();
  let level = [...having.keys()].map((item) => [item]);
  while (level.length > 0) {
    const counts = new Map(level.map((items) => {
      const rarest = items.map((item) => having.get(item)!).reduce((few, each) => (each.length < few.length ? each : few));
      return [items.join('|'), rarest.filter((set) => items.every((item) => set.has(item))).length];
    }));
    const kept = level.filter((items) => counts.get(items.join('|'))! / baskets.length >= minSupport);
    for (const items of kept) frequent.set(items.join('|'), counts.get(items.join('|'))!);
    const names = new Set(kept.map((items) => items.join('|')));
    const singles = [...new Set(kept.flat())].sort();
    level = kept.flatMap((items) => singles.filter((item) => item > items.at(-1)!).map((item) => [...items, item])).filter((items) => items.every((_, out) => names.has(items.filter((__, index) => index !== out).join('|'))));
  }
  return frequent;
}

/** Every rule with one item to follow, from counts alone. */
function rulesOf(frequent: ReadonlyMap<string, number>, all: number, minConfidence: number): Map<string, [number, number, number]> {
  const rules = new Map<string, [number, number, number]>();
  for (const [name, count] of frequent) {
    const items = name.split('|');
    for (const consequent of items.length > 1 ? items : []) {
      const antecedent = items.filter((item) => item !== consequent);
      const confidence = count / frequent.get(antecedent.join('|'))!;
      if (confidence >= minConfidence) rules.set(nameOf({ antecedent, consequent: [consequent] }), [count / all, confidence, (confidence * all) / frequent.get(consequent)!]);
    }
  }
  return rules;
}

const ours = (baskets: readonly (readonly string[])[], minSupport: number, minConfidence: number) =>
  new Map(associationRules(baskets, { minSupport, minConfidence }).map((rule) => [nameOf(rule), [rule.support, rule.confidence, rule.lift]]));

describe('association rules', () => {
  const baskets = [['bread', 'milk'], ['bread', 'butter'], ['bread', 'milk', 'butter', 'milk'], ['milk']];

  it('have support, confidence and lift; an item counts once in a basket', () => {
    expect(associationRules(baskets, { minSupport: 0.5, minConfidence: 0.6 })).toEqual([
      { antecedent: ['butter'], consequent: ['bread'], baskets: 2, support: 0.5, confidence: 1, lift: 4 / 3 },
      { antecedent: ['bread'], consequent: ['butter'], baskets: 2, support: 0.5, confidence: 2 / 3, lift: 4 / 3 },
      { antecedent: ['bread'], consequent: ['milk'], baskets: 2, support: 0.5, confidence: 2 / 3, lift: 8 / 9 },
      { antecedent: ['milk'], consequent: ['bread'], baskets: 2, support: 0.5, confidence: 2 / 3, lift: 8 / 9 },
    ]);
  });

  it('may have several items to follow where that is asked for', () => {
    const rules = associationRules(baskets, { minSupport: 0.25, minConfidence: 0.5, maxConsequent: 2 });
    expect(rules.map(nameOf)).toContain('butter → bread + milk');
  });

  it('are none of no baskets, and of baskets of one item', () => {
    expect(associationRules([], { minSupport: 0.1, minConfidence: 0 })).toEqual([]);
    expect(associationRules([['a'], ['a']], { minSupport: 0.1, minConfidence: 0 })).toEqual([]);
  });

  it('count a support that is reached exactly', () => {
    expect([fewestFor(0.1, 10), fewestFor(0.1, 11), fewestFor(0.3, 10), fewestFor(0.001, 9_835), fewestFor(1, 7)]).toEqual([1, 2, 3, 10, 7]);
  });

  it('are what counting every combination gives', () => {
    const basket = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
    fc.assert(fc.property(fc.array(basket, { minLength: 1, maxLength: 30 }), fc.constantFrom(0.05, 0.1, 0.2, 0.5), fc.constantFrom(0, 0.3, 0.8), (some, support, confidence) => {
      const frequent = apriori(some, support);
      expect(new Map(frequentItemsets(some, fewestFor(support, some.length)).map(({ items, baskets: count }) => [items.join('|'), count]))).toEqual(frequent);
      expect(ours(some, support, confidence)).toEqual(rulesOf(frequent, some.length, confidence));
    }), { numRuns: 60 });
  });

  // Real data are no part of the project: where they are missing, this is skipped, and said so above.
  (present ? it : it.skip)('of 9,835 baskets of groceries agree with another implementation and with published counts', () => {
    const groceries = readFileSync(FILE, 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
    expect(groceries).toHaveLength(9_835);
    const frequent = apriori(groceries, 0.01);
    expect(frequent.size).toBe(333);
    expect(new Map(frequentItemsets(groceries, fewestFor(0.01, 9_835)).map(({ items, baskets: count }) => [items.join('|'), count]))).toEqual(frequent);
    expect(ours(groceries, 0.01, 0.2)).toEqual(rulesOf(frequent, 9_835, 0.2));
    // Of the Groceries set of the R package arules, as its documentation counts them.
    expect(associationRules(groceries, { minSupport: 0.01, minConfidence: 0.5 })).toHaveLength(15);
    const rare = associationRules(groceries, { minSupport: 0.001, minConfidence: 0.5 });
    expect([rare.length, rare.filter(({ confidence }) => confidence >= 0.8).length]).toEqual([5_668, 410]);
  });
});
