import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chiSquareProbability, expectedPurchases, expectedRenewals, expectedRepeats, expectedSpend, fitBgBb, fitBgNbd, fitGammaGamma, kaplanMeier, lorenz, medianSurvival, probabilityAlive, probabilityOfRepeats, probabilityThere, sumOf,
  type BgNbd, type Fit, type Fitted, type Renewals,
} from './index.js';
import { hypergeometric, type Scaled } from './special.js';

const DATA = resolve('../shared/data/cdnow');
const present = existsSync(DATA);
if (!present) console.log(`Skipped: there is no ${DATA}.`);
// Real data are no part of the project: where they are missing, this is skipped, and said so above.
const withData = present ? describe : describe.skip;

const lines = (file: string) => readFileSync(resolve(DATA, file), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').map(Number));

function fitted<Name extends string>(fit: Fit<Name>): Fitted<Name> {
  if (!fit.fitted) throw new Error(fit.reason);
  return fit;
}

const near = (value: number, expected: number, share: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(share);

withData('The BG/NBD model of the CDNOW sample', () => {
  const customers = present ? lines('cdnow_customers_summary.csv').map(([, repeats, recency, age]) => ({ repeats: repeats!, recency: recency!, age: age! })) : [];
  const fit = present ? fitted(fitBgNbd(customers)) : undefined!;

  it('has the published parameters and likelihood', () => {
    for (const [name, value] of Object.entries({ r: 0.2426, alpha: 4.4135, a: 0.7929, b: 2.4258 })) near(fit.parameters[name as keyof BgNbd], value, 0.001);
    expect(fit.logLikelihood).toBeCloseTo(-9582.43, 1);
    for (const [name, error] of Object.entries(fit.standardErrors)) expect([name, error > 0 && error < fit.parameters[name as keyof BgNbd]]).toEqual([name, true]);
  });

  it('expects what others computed from it', () => {
    // Fader, Hardie and Lee, "Implementing the BG/NBD Model in Excel": customer 1 over the next 39 weeks.
    expect(expectedPurchases(fit.parameters, { repeats: 2, recency: 30.43, age: 38.86 }, 39)).toBeCloseTo(1.226, 2);
    // The documentation of the library lifetimes, for the next week.
    const week = (repeats: number, recency: number, age: number) => expectedPurchases(fit.parameters, { repeats, recency, age }, 1);
    near(week(26, 30.86, 31), 0.710623, 0.001);
    near(week(29, 37.71, 38), 0.662396, 0.001);
    near(week(18, 35.14, 35.86), 0.424877, 0.001);
    // The documentation of the R package BTYD: customer 1516 over a year, and a new customer's first year.
    const eager = { repeats: 26, recency: 30.86, age: 31 };
    near(expectedPurchases(fit.parameters, eager, 52), 25.76, 0.001);
    near(probabilityAlive(fit.parameters, eager), 0.9688, 0.001);
    near(expectedRepeats(fit.parameters, 52), 1.444, 0.001);
  });

  it('is not led astray by the start: a unit of time changes alpha alone', () => {
    const days = fitted(fitBgNbd(customers.map(({ repeats, recency, age }) => ({ repeats, recency: recency * 7, age: age * 7 }))));
    near(days.parameters.alpha, fit.parameters.alpha * 7, 1e-4);
    near(days.parameters.a, fit.parameters.a, 1e-4);
  });
});

withData('The BG/BB model of the donations', () => {
  const donors = present ? lines('donations.csv').flatMap(([renewed, last, opportunities, count]) => Array.from({ length: count! }, (): Renewals => ({ renewed: renewed!, last: last!, opportunities: opportunities! }))) : [];
  const fit = present ? fitted(fitBgBb(donors)) : undefined!;

  it('has the published parameters and likelihood', () => {
    for (const [name, value] of Object.entries({ alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 })) near(fit.parameters[name as keyof typeof fit.parameters], value, 0.001);
    expect(fit.logLikelihood).toBeCloseTo(-33225.6, 1);
  });

  it('expects the published numbers of donations over the next five years', () => {
    const published: [number, number, number][] = [[6, 6, 3.75], [0, 0, 0.07], [1, 1, 0.09], [1, 6, 1.15], [5, 5, 1.81], [5, 6, 3.23]];
    for (const [renewed, last, expected] of published) expect([renewed, last, Number(expectedRenewals(fit.parameters, { renewed, last, opportunities: 6 }, 5).toFixed(2))]).toEqual([renewed, last, expected]);
    expect(probabilityThere(fit.parameters, { renewed: 6, last: 6, opportunities: 6 })).toBeCloseTo(0.93, 2);
  });
});

const value = ({ mantissa, exponent }: Scaled) => mantissa * Math.exp(exponent);

const model = { r: 0.5, alpha: 6, a: 0.8, b: 2.5 };
const history = fc.record({ repeats: fc.nat(400), part: fc.double({ min: 0, max: 1, noNaN: true }), age: fc.double({ min: 0.1, max: 500, noNaN: true }) })
  .map(({ repeats, part, age }) => ({ repeats, recency: repeats === 0 ? 0 : part * age, age }));

describe('What follows from a model', () => {
  it('agrees with the published form of the expectation', () => {
    fc.assert(fc.property(history.filter(({ repeats }) => repeats < 60), fc.double({ min: 0.1, max: 100, noNaN: true }), (of, time) => {
      const { r, alpha, a, b } = model;
      const x = of.repeats;
      const z = time / (alpha + of.age + time);
      const published = ((a + b + x - 1) / (a - 1)) * (1 - (1 - z) ** (r + x) * value(hypergeometric(r + x, b + x, a + b + x - 1, z))) * probabilityAlive(model, of);
      expect(expectedPurchases(model, of, time)).toBeCloseTo(published, 6);
    }));
  });

  it('gives probabilities of repeat purchases that come to 1, and to the number to expect', () => {
    fc.assert(fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), (time) => {
      const probabilities = probabilityOfRepeats(model, time, 400);
      expect(probabilities.every((each) => each >= 0)).toBe(true);
      expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 10);
      expect(probabilities.reduce((sum, each, repeats) => sum + each * repeats, 0)).toBeCloseTo(expectedRepeats(model, time), 6);
    }), { numRuns: 20 });
  });

  it('stays within its bounds for any history and any time', () => {
    fc.assert(fc.property(history, fc.double({ min: 0.1, max: 5_000, noNaN: true }), (of, time) => {
      const alive = probabilityAlive(model, of);
      expect(alive >= 0 && alive <= 1).toBe(true);
      const [some, more] = [expectedPurchases(model, of, time), expectedPurchases(model, of, time * 2)];
      expect(Number.isFinite(more) && some >= 0 && more >= some - 1e-9).toBe(true);
    }));
    for (const time of [1, 40, 4_000]) expect(expectedPurchases({ r: 9, alpha: 55, a: 2_000, b: 5_000 }, { repeats: 3, recency: 10, age: 12 }, time)).toBeLessThan(3);
    expect(expectedRepeats({ ...model, a: 1 }, 10)).toBeCloseTo(expectedRepeats({ ...model, a: 1.0001 }, 10), 3);
    expect(expectedRepeats(model, 0)).toBe(0);
  });

  it('is, for spending, between the mean of all and the customer\'s own', () => {
    const spend = (purchases: number, average: number) => expectedSpend({ p: 6.25, q: 3.74, gamma: 15.44 }, { purchases, average });
    expect(spend(0, 0)).toBeCloseTo((15.44 * 6.25) / 2.74, 10);
    expect(spend(2, 22.345)).toBeCloseTo(24.66, 1);
    expect(expectedSpend({ p: 2, q: 0.9, gamma: 3 }, { purchases: 0, average: 0 })).toBeUndefined();
  });
});

describe('A fit that the data do not allow', () => {
  const reasonOf = (fit: Fit<string>) => (fit.fitted ? 'fitted' : fit.reason);

  it('says why', () => {
    expect(reasonOf(fitBgNbd([]))).toMatch('There are 0 customers');
    expect(reasonOf(fitBgNbd([{ repeats: 1, recency: 1, age: 2 }]))).toMatch('There are 1 customers');
    expect(reasonOf(fitBgNbd([{ repeats: 0, recency: 0, age: 2 }, { repeats: 0, recency: 0, age: 9 }]))).toMatch('No customer bought again');
    expect(reasonOf(fitBgNbd(Array.from({ length: 50 }, () => ({ repeats: 3, recency: 9, age: 10 }))))).toMatch('1 different histories');
    expect(reasonOf(fitGammaGamma([{ purchases: 1, average: 0 }, { purchases: 2, average: -5 }]))).toMatch('There are 0 customers with purchases above 0');
    expect(reasonOf(fitGammaGamma(Array.from({ length: 9 }, (_, index) => ({ purchases: index + 1, average: 10 }))))).toMatch('spend the same');
    expect(reasonOf(fitBgBb([{ renewed: 0, last: 0, opportunities: 3 }, { renewed: 0, last: 0, opportunities: 2 }]))).toMatch('Nobody ever renewed');
    expect(reasonOf(fitBgBb([{ renewed: 0, last: 0, opportunities: 3 }, { renewed: 1, last: 1, opportunities: 2 }]))).toMatch('2 different histories');
    expect(reasonOf(fitBgBb([{ renewed: 3, last: 3, opportunities: 3 }, { renewed: 2, last: 2, opportunities: 2 }]))).toMatch('Everybody renewed');
  });
});

describe('Survival', () => {
  it('is that of the remissions of Freireich et al. (1963), 6-MP', () => {
    const ended = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((time) => ({ time, ended: true }));
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => ({ time, ended: false }));
    const steps = kaplanMeier([...ended, ...censored]);
    expect(steps.map(({ time, atRisk, survival }) => [time, atRisk, Number(survival.toFixed(4))])).toEqual([
      [6, 21, 0.8571], [7, 17, 0.8067], [10, 15, 0.7529], [13, 12, 0.6902], [16, 11, 0.6275], [22, 7, 0.5378], [23, 6, 0.4482],
    ]);
    expect(steps[0]!.standardError).toBeCloseTo(0.0764, 4);
    expect(medianSurvival(steps)).toBe(23);
    expect(medianSurvival(steps.slice(0, 3))).toBeUndefined();
    expect(kaplanMeier([])).toEqual([]);
    expect(kaplanMeier([{ time: 2, ended: true }])).toEqual([{ time: 2, atRisk: 1, ended: 1, survival: 0, standardError: null }]);
  });
});

describe('Concentration', () => {
  it('is 0 where all are equal and near 1 where one has all', () => {
    expect(lorenz([5, 5, 5, 5], 4)).toEqual({ points: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ share, value: share })), gini: 0 });
    expect(lorenz([...Array.from({ length: 99 }, () => 0), 7])!.gini).toBeCloseTo(0.99, 10);
    expect(lorenz([0, 0])).toBeUndefined();
  });
});

describe('Sums', () => {
  it('lose nothing of what doubles can hold', () => {
    expect(sumOf([1e16, 1, -1e16])).toBe(1);
    expect(sumOf(Array.from({ length: 10 }, () => 0.1))).toBe(1);
  });
});

describe('The chi-square distribution', () => {
  it('has the values of the tables', () => {
    for (const [value, degrees, probability] of [[3.841, 1, 0.05], [7.815, 3, 0.05], [11.345, 3, 0.01], [18.307, 10, 0.05]] as const) expect(chiSquareProbability(value, degrees)).toBeCloseTo(probability, 4);
    expect([chiSquareProbability(0, 3), chiSquareProbability(5_000, 3)]).toEqual([1, 0]);
  });
});
