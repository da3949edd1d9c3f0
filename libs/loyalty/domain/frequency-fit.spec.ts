import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from '#statistics';
import { frequencyFit } from './frequency-fit.js';

const FILE = resolve('../shared/data/cdnow/cdnow_customers_summary.csv');
const present = existsSync(FILE);
if (!present) console.log(`Skipped: there is no ${FILE}.`);

const model = { r: 0.24, alpha: 4.41, a: 0.79, b: 2.43 };

describe('How often customers came back, against the model', () => {
  // Real data are no part of the project: where they are missing, this is skipped, and said so above.
  (present ? it : it.skip)('is, of the CDNOW sample, the published chi-square of 4.82 with three degrees of freedom', () => {
    const customers = readFileSync(FILE, 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').map(Number)).map(([, repeats, recency, age]) => ({ repeats: repeats!, recency: recency!, age: age! }));
    const fit = fitBgNbd(customers);
    if (!fit.fitted) throw new Error(fit.reason);
    const { classes, chiSquare, degreesOfFreedom, probability } = frequencyFit(customers, fit.parameters);
    expect(classes.map(({ repeats, actual }) => [repeats, actual])).toEqual([['0', 1411], ['1', 439], ['2', 214], ['3', 100], ['4', 62], ['5', 38], ['6', 29], ['7+', 64]]);
    expect([chiSquare.toFixed(2), degreesOfFreedom, probability!.toFixed(2)]).toEqual(['4.82', 3, '0.19']);
  });

  it('puts classes together that hardly anybody is expected in, and has no probability where none is left to be free', () => {
    const found = frequencyFit(Array.from({ length: 10 }, (_, repeats) => ({ repeats, recency: 1, age: 10 })), model);
    expect(found.classes.reduce((sum, { actual }) => sum + actual, 0)).toBe(10);
    expect(found.classes.at(-1)!.repeats).toMatch(/\+$/);
    expect(found.probability).toBeNull();
  });
});
