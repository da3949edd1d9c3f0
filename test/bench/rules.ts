import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { associationRules } from '#mining';
import { atMost, benchmark, seconds, skipped, spreadOf } from './harness.js';

const FILE = resolve('../shared/data/groceries/groceries.csv');

export const rules = benchmark({
  name: 'rules',
  summary: 'Association rules of 9,835 baskets of groceries at support 0.001 and confidence 0.5.',
  options: { rounds: 5 },

  async run({ options }) {
    if (!existsSync(FILE)) return skipped(`there is no ${FILE}`);
    const baskets = readFileSync(FILE, 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
    const took: number[] = [];
    let found = 0;
    for (let round = 0; round < options.rounds; round++) took.push(await seconds(() => void (found = associationRules(baskets, { minSupport: 0.001, minConfidence: 0.5 }).length)));
    const spread = spreadOf(took);
    return { metrics: { baskets: baskets.length, rules: found, seconds: spread }, targets: [atMost('seconds.median', 3, spread.median)] };
  },
});
