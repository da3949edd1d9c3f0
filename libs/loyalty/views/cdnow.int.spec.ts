import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { event, type RecordedEvent, type View } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { PurchaseRecorded } from '#purchases';
import { defaultLifecyclePolicy, defaultLoyaltyPolicy } from '../commands/default-policies.js';
import { LifecyclePolicyPublished, LoyaltyPolicyPublished } from '../domain/policies.js';
import type { MonthCount, TransitionMatrix } from '../domain/stage-reports.js';
import { answersOf, readerOf, reportOf } from '../testing/answers.js';
import { lifecycle, type LifecycleAnswer, type LifecycleRow } from './lifecycle.view.js';
import { loyalty, type LoyaltyAnswer, type LoyaltyRow } from './loyalty.view.js';
import { policies } from './policies.view.js';

const FILE = resolve('../shared/data/cdnow/CDNOW_master.txt');
const present = existsSync(FILE);
if (!present) console.log(`Skipped: there is no ${FILE}.`);

const CUSTOMERS = 23_570;
const AS_OF = '1998-06-30T23:59:59.999Z';

/** One purchase a line: customer, yyyymmdd, CDs, dollars. */
function purchaseOf(line: string, index: number): RecordedEvent {
  const [customerId, date, quantity, dollars] = line.trim().split(/\s+/) as [string, string, string, string];
  const amount = { amount: Math.round(Number(dollars) * 100), currency: 'USD' };
  return recorded(event(PurchaseRecorded, { purchaseId: `cdnow-${index}`, customerId, amount, quantity: Number(quantity) }), {
    position: index + 1,
    occurredAt: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00.000Z`,
  });
}

function folded<Row extends object>(view: View<Row, unknown>, events: readonly RecordedEvent[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of events) for (const key of view.keysOf(event)) rows.set(key, view.fold(rows.get(key), event, key)!);
  return rows;
}

// Real data are no part of the project: where they are missing, this is skipped, and said so above.
(present ? describe : describe.skip)('The purchases of CDNOW', () => {
  const sinceEver = { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z' };
  const published = given(policies, [
    event(LifecyclePolicyPublished, { ...sinceEver, rules: defaultLifecyclePolicy.rules }),
    event(LoyaltyPolicyPublished, { ...sinceEver, rules: defaultLoyaltyPolicy.rules }),
  ]).rows();
  let stages: Map<string, LifecycleRow>;
  let facts: Map<string, LoyaltyRow>;

  beforeAll(() => {
    const lines = readFileSync(FILE, 'utf8').split('\n').filter((line) => /^\s*\d/.test(line));
    const events = lines.map(purchaseOf);
    stages = folded(lifecycle, events);
    facts = folded(loyalty, events);
  });

  it('are 69,659 of 23,570 customers for $2,500,315.63', () => {
    const totals = [...facts.values()].map(({ currencies }) => currencies['USD']!);
    expect(facts.size).toBe(CUSTOMERS);
    expect(totals.reduce((sum, { purchases }) => sum + purchases, 0)).toBe(69_659);
    expect(totals.reduce((sum, { total }) => sum + total, 0)).toBe(250_031_563);
  });

  it('give every customer a stage, with the events behind it', async () => {
    const answers = await answersOf<LifecycleRow, LifecycleAnswer>(lifecycle, stages, AS_OF, readerOf({ policies: published }));
    expect(answers.size).toBe(CUSTOMERS);
    for (const { stage, policyVersion, evidence } of answers.values()) {
      if (stage === null || policyVersion !== 1 || evidence.length === 0) throw new Error('A customer has no stage, policy version or evidence.');
    }
  });

  it('give every customer scores from 1 to 5', async () => {
    const reader = readerOf({ policies: published, loyalty: facts });
    const answers = [...(await answersOf<LoyaltyRow, LoyaltyAnswer>(loyalty, facts, AS_OF, reader)).values()];
    const given = new Set(answers.flatMap(({ recencyScore, frequencyScore, monetaryScore }) => [recencyScore, frequencyScore, monetaryScore]));
    expect([...given].sort()).toEqual([1, 2, 3, 4, 5]);
    // Exact amounts are nearly all different: fifths of 23,570 customers hold 4,714 each.
    const top = answers.filter(({ monetaryScore }) => monetaryScore === 5);
    expect(Math.abs(top.length - CUSTOMERS / 5)).toBeLessThan(50);
  });

  it('report stages by month and moves between stages in about a second each', async () => {
    const reader = readerOf({ policies: published });
    const timed = async <T>(name: string): Promise<T> => {
      // The time of this process, not of what else the machine does.
      const started = process.cpuUsage();
      const answer = await reportOf(lifecycle, name, stages, AS_OF, reader);
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
      return answer as T;
    };
    const months = await timed<MonthCount[]>('stage_counts_by_month');
    expect(months.map(({ month }) => month)).toEqual(expect.arrayContaining(['1997-01', '1998-06']));
    expect(months.at(-1)).toMatchObject({ month: '1998-06', customers: CUSTOMERS });

    const { counts, probabilities } = await timed<TransitionMatrix>('transition_matrix');
    expect(counts.first_purchase.at_risk).toBeGreaterThan(10_000);
    for (const row of Object.values(probabilities)) expect(Object.values(row).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
