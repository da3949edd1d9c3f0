import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LoyaltyRules } from './policies.js';
import { scoreReasons } from './score-reasons.js';
import { boundariesAt, nearestRanks, scoreOf, scoresOf, scoringVersions, type ScoredFacts } from './scores.js';

const NOW = Date.parse('2026-01-31T00:00:00.000Z');
const rules: LoyaltyRules = { currency: 'EUR', scores: 5, frequency: 'purchaseDays', method: 'quantiles' };
const policy = (changes: Partial<LoyaltyRules> = {}, version = 1) => ({ version, effectiveFrom: '2026-01-01T00:00:00.000Z', rules: { ...rules, ...changes } });
const customer = (daysAgo: number, purchaseDays = 1, total = 100): ScoredFacts => ({
  last: new Date(NOW - daysAgo * 86_400_000).toISOString(), purchaseDays, purchases: purchaseDays, total,
});

async function scored(customers: readonly ScoredFacts[], changes: Partial<LoyaltyRules> = {}) {
  const [version] = await scoringVersions([policy(changes)], async () => customers);
  return customers.map((facts) => scoresOf(facts, version!, NOW)!);
}

describe('Boundaries by nearest rank', () => {
  it('are the values of rank ⌈k/n · size⌉', () => {
    expect(nearestRanks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5)).toEqual([2, 4, 6, 8]);
    expect(nearestRanks([15, 20, 35, 40, 50], 4)).toEqual([20, 35, 40]);
    expect(nearestRanks([7], 5)).toEqual([7, 7, 7, 7]);
  });
});

describe('Scores', () => {
  it('part ten different customers into fifths, recency reversed', async () => {
    const customers = Array.from({ length: 10 }, (_, index) => customer(index, 10 - index, 1000 - index));
    const fifths = [5, 5, 4, 4, 3, 3, 2, 2, 1, 1];
    const scores = await scored(customers);
    expect(scores.map(({ recencyScore }) => recencyScore)).toEqual(fifths);
    expect(scores.map(({ frequencyScore }) => frequencyScore)).toEqual(fifths);
    expect(scores.map(({ monetaryScore }) => monetaryScore)).toEqual(fifths);
  });

  it('are one more than the number of boundaries strictly below the value', () => {
    expect([1, 2, 3].map((value) => scoreOf(value, [1, 2, 2, 2]))).toEqual([1, 2, 5]);
  });

  it('are the same for all where all are the same', async () => {
    expect(await scored([customer(3), customer(3), customer(3)])).toEqual(Array(3).fill({ recencyScore: 5, frequencyScore: 1, monetaryScore: 1 }));
  });

  it('are as many as the policy says', async () => {
    const customers = Array.from({ length: 9 }, (_, index) => customer(index, index + 1, index));
    const scores = await scored(customers, { scores: 3 });
    expect(scores.map(({ frequencyScore }) => frequencyScore)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('count purchases instead of purchase days where the policy says so', async () => {
    const twiceOneDay = { ...customer(1), purchases: 2 };
    expect((await scored([customer(1), twiceOneDay], { scores: 2 })).map(({ frequencyScore }) => frequencyScore)).toEqual([1, 1]);
    expect((await scored([customer(1), twiceOneDay], { scores: 2, frequency: 'purchases' })).map(({ frequencyScore }) => frequencyScore)).toEqual([1, 2]);
  });

  it('take fixed boundaries from the policy, whoever the other customers are', async () => {
    const boundaries = { recencyDays: [10, 20], frequency: [1, 5], monetary: [0, 500] };
    const scores = await scored([customer(10, 1, 0), customer(11, 6, 501), customer(21, 5, 500)], { method: 'fixed', scores: 3, boundaries });
    expect(scores).toEqual([
      { recencyScore: 3, frequencyScore: 1, monetaryScore: 1 },
      { recencyScore: 2, frequencyScore: 3, monetaryScore: 3 },
      { recencyScore: 1, frequencyScore: 2, monetaryScore: 2 },
    ]);
  });

  it('have no boundaries where nobody bought in the currency', async () => {
    const [version] = await scoringVersions([policy()], async () => []);
    expect(scoresOf(customer(1), version!, NOW)).toBeUndefined();
  });

  it('read the customers of a currency once for all versions that part them alike', async () => {
    const asked: string[] = [];
    const versions = [policy(), { ...policy({}, 2), effectiveFrom: '2026-01-02T00:00:00.000Z' }, { ...policy({ currency: 'USD' }, 3), effectiveFrom: '2026-01-03T00:00:00.000Z' }];
    await scoringVersions(versions, async (currency) => {
      asked.push(currency);
      return [customer(1)];
    });
    expect(asked).toEqual(['EUR', 'USD']);
  });

  it('are within 1 and the number of scores, never lower for the better customer, and equal for equal customers', async () => {
    const any = fc.record({ daysAgo: fc.double({ min: 0, max: 50, noNaN: true }), days: fc.integer({ min: 1, max: 9 }), total: fc.nat(1000) });
    await fc.assert(fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 40 }), fc.integer({ min: 2, max: 10 }), async (people, parts) => {
      const customers = people.map(({ daysAgo, days, total }) => customer(daysAgo, days, total));
      const scores = await scored(customers, { scores: parts });
      scores.forEach((one, a) => {
        for (const score of Object.values(one)) expect(score >= 1 && score <= parts).toBe(true);
        scores.forEach((other, b) => {
          if (customers[a]!.total >= customers[b]!.total) expect(one.monetaryScore).toBeGreaterThanOrEqual(other.monetaryScore);
          if (Math.floor(people[a]!.daysAgo) <= Math.floor(people[b]!.daysAgo)) expect(one.recencyScore).toBeGreaterThanOrEqual(other.recencyScore);
        });
      });
    }), { numRuns: 50 });
  });
});

describe('The reasons of scores', () => {
  it('are the boundaries on both sides of the value, who has the same and who comes nearest', async () => {
    const facts = [customer(1, 2, 300), customer(40, 1, 100), customer(9, 2, 200), customer(9, 1, 500)];
    const [version] = await scoringVersions([policy()], async () => facts);
    const rows = facts.map(({ purchaseDays: frequency, total: monetary }, index) => ({ customerId: `c${index}`, recencyDays: [1, 40, 9, 9][index]!, frequency, monetary, ...scoresOf(facts[index]!, version!, NOW)! }));
    const boundaries = boundariesAt(version!, NOW)!;
    expect(scoreReasons(rows[2]!, rows, boundaries)).toEqual({
      recencyDays: { value: 9, score: 4, boundaries: [1, 9, 9, 40], equal: 2, nextLower: { customerId: 'c0', value: 1, score: 5 }, nextHigher: { customerId: 'c1', value: 40, score: 2 } },
      frequency: { value: 2, score: 3, boundaries: [1, 1, 2, 2], equal: 2, nextLower: { customerId: 'c1', value: 1, score: 1 }, nextHigher: null },
      monetary: { value: 200, score: 2, boundaries: [100, 200, 300, 500], equal: 1, nextLower: { customerId: 'c1', value: 100, score: 1 }, nextHigher: { customerId: 'c0', value: 300, score: 3 } },
    });
  });
});
