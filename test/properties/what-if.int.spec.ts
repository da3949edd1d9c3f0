import { plainToInstance } from 'class-transformer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type AnalysisQuestion, type PolicyQuestion } from '#event-sourcing';
import { contexts } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';

const NOW = new Date(Date.now() + 86_400_000).toISOString();
const ASKED = ['lifecycle', 'loyalty'];
const ANALYSED = ['value_classes', 'profitability'];
/** Known at any moment that is asked for. */
const occurredAt = '1970-01-01T00:00:00.000Z';

const days = fc.integer({ min: 1, max: 60 });
const day = fc.integer({ min: 0, max: 500 }).map((each) => new Date(Date.UTC(2024, 0, 1) + each * 86_400_000).toISOString());

const lifecyclePolicy = fc.tuple(days, days, days, fc.nat(3), fc.nat(3), day).map(([one, two, three, developing, more, effectiveFrom]): Asked => ['PublishLifecyclePolicy', {
  lifecyclepolicyId: 'default', effectiveFrom, occurredAt,
  rules: {
    developing: { purchaseDays: 2 + developing }, loyal: { purchaseDays: 3 + developing + more, withinDays: 10 * one },
    atRisk: { afterDays: one }, dormant: { afterDays: one + two }, lost: { afterDays: one + two + three }, wonBack: { forDays: two },
  },
}]);
const loyaltyPolicy = fc.tuple(fc.constantFrom('EUR', 'USD'), fc.integer({ min: 2, max: 6 }), fc.constantFrom('purchaseDays', 'purchases'), day).map(([currency, scores, frequency, effectiveFrom]): Asked =>
  ['PublishLoyaltyPolicy', { loyaltypolicyId: 'default', effectiveFrom, occurredAt, rules: { currency, scores, frequency, method: 'quantiles' } }]);
const valuePolicy = fc.tuple(fc.constantFrom('EUR', 'USD'), fc.constantFrom(0.1, 0.3, -0.2), fc.nat(5), fc.integer({ min: 10, max: 400 }), day).map(([currency, margin, costPerPurchase, windowDays, effectiveFrom]): Asked => ['PublishValuePolicy', {
  valuepolicyId: 'default', effectiveFrom, occurredAt,
  rules: {
    currency, margin, costPerPurchase, costPerMonth: 0, discountRate: 0.1, horizonMonths: 12, tiers: [{ name: 'top', share: 0.2 }, { name: 'rest', share: 0.8 }], windowDays,
    changeShare: 0.5, activationRate: 0.1, crossSellRate: 0.1,
  },
}]);
const policies = fc.array(fc.oneof(lifecyclePolicy, loyaltyPolicy, valuePolicy), { minLength: 1, maxLength: 5 });
const life = fc.array(asked, { minLength: 30, maxLength: 60 });

async function engineAfter(commands: readonly Asked[], ...published: (readonly Asked[])[]): Promise<Engine> {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), clock: { now: () => new Date(NOW) } });
  await engine.start();
  for (const command of [...published.flat(), ...commands]) await send(engine, command);
  for (const name of engine.projector.names()) expect(await engine.projector.reaches(name, await engine.events.head(), 10_000)).toBe(true);
  return engine;
}

const instances = (engine: Engine, policies: readonly Asked[]) => policies.map(([name, fields]) => plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));

const rowsOf = async (engine: Engine, view: string) => (await engine.views.find(view, { limit: 1_000 })).value.items;

/** All that the views compute, each by its customer. */
async function comesTo(engine: Engine, view: string): Promise<Map<string, Record<string, unknown>>> {
  const { fields } = engine.projector.get(view).view.computation!;
  return new Map((await rowsOf(engine, view)).map((row) => [row['_id'] as string, Object.fromEntries(fields.map((field) => [field, row[field]]))]));
}

/** The rows of an analysis, each by its customer. */
async function found(engine: Engine, analysis: string, question: AnalysisQuestion = {}): Promise<Map<string, Record<string, unknown>>> {
  return new Map((await engine.analyses.answer(analysis, question)).value.rows.map((row) => [row['customerId'] as string, row]));
}

/** Without the ids of events: those of two engines differ. */
const comparable = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (name, part: unknown) => (name === 'evidence' ? (part as string[]).length : part)));

describe('what would be by other policies', () => {
  it('is what is, where they are those that are published: field by field, now and as of any moment', async () => {
    await fc.assert(
      fc.asyncProperty(life, policies, fc.option(day), async (commands, published, asOf) => {
        const engine = await engineAfter(commands, published);
        const moment = asOf === null ? {} : { moment: { asOf } };
        const lasting = async () => (await engine.documents.listCollections()).filter((name) => !name.startsWith('moments'));
        const state = () => Promise.all([engine.events.head(), lasting(), ...ASKED.map((view) => rowsOf(engine, view))]);
        const before = await state();
        for (const view of ASKED) {
          const { fields } = engine.projector.get(view).view.computation!;
          expect((await engine.views.whatIf(view, { policies: instances(engine, published), published: 'replaced' }, { fields, ...moment })).value.items).toEqual([]);
        }
        for (const analysis of ANALYSED) expect((await engine.analyses.whatIf(analysis, { policies: instances(engine, published), published: 'replaced' }, moment)).value.items).toEqual([]);
        expect(await state()).toEqual(before);
        await engine.stop();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 60_000);

  it('is what a world answers in which they, and no others, were published', async () => {
    let [different, differentAnalyses] = [0, 0];
    await fc.assert(
      fc.asyncProperty(life, policies, policies, fc.boolean(), async (commands, published, supposed, kept) => {
        const [engine, other] = [await engineAfter(commands, published), await (kept ? engineAfter([...commands, ...supposed], published) : engineAfter(commands, supposed.concat(without(supposed, published))))];
        for (const view of ASKED) {
          const { fields } = engine.projector.get(view).view.computation!;
          const { items } = (await engine.views.whatIf(view, { policies: instances(engine, supposed), published: kept ? 'kept' : 'replaced' }, { fields, limit: 1_000 })).value;
          const told = new Map(items.map(({ _id, changes }) => [_id, new Set(changes.map(({ path }) => path.split('.')[0]!))]));
          const [is, would] = [await comesTo(engine, view), await comesTo(other, view)];
          expect([...is.keys()]).toEqual([...would.keys()]);
          for (const [key, fieldsOf] of is) {
            for (const field of fields.filter((each) => !['evidence', 'periods', 'transitions'].includes(each))) {
              const expected = JSON.stringify(comparable(fieldsOf[field])) !== JSON.stringify(comparable(would.get(key)![field]));
              expect([view, key, field, told.get(key)?.has(field) ?? false]).toEqual([view, key, field, expected]);
              different += Number(expected);
            }
          }
        }
        for (const analysis of ANALYSED) differentAnalyses += await toldAsOfAnother([engine, other], analysis, { policies: instances(engine, supposed), published: kept ? 'kept' : 'replaced' });
        await Promise.all([engine.stop(), other.stop()]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(Math.min(different, differentAnalyses)).toBeGreaterThan(0);
  }, 60_000);

  it('is, of the policies in force at some moment, what a world answers in which these are all there ever were', async () => {
    let different = 0;
    await fc.assert(
      fc.asyncProperty(life, policies, day, day, async (commands, published, asOf, policiesAsOf) => {
        const deciding = inForceAt(policiesAsOf, published);
        const [engine, other] = [await engineAfter(commands, published), await engineAfter(commands, deciding)];
        const [moment, policies] = [{ asOf }, { asOf: policiesAsOf }];
        for (const view of ASKED) {
          const [is, would] = await Promise.all([engine.views.find(view, { limit: 1_000 }, { moment, policies }), other.views.find(view, { limit: 1_000 }, { moment })]);
          const { fields } = engine.projector.get(view).view.computation!;
          const computed = (row: Record<string, unknown>) => withoutVersion(Object.fromEntries(fields.map((field) => [field, row[field]])));
          expect(is.value.items.map(computed)).toEqual(would.value.items.map(computed));
          different += Number(JSON.stringify(is.value) !== JSON.stringify((await engine.views.find(view, { limit: 1_000 }, { moment })).value));
        }
        for (const analysis of ANALYSED) {
          expect(await found(engine, analysis, { moment, policies })).toEqual(await found(other, analysis, { moment }));
          const then = await engine.analyses.series(analysis, { span: { first: asOf.slice(0, 10), last: asOf.slice(0, 10) }, policies });
          for await (const { answer } of then.answers) expect(answer.rows).toEqual((await engine.analyses.answer(analysis, { moment: { asOf: `${asOf.slice(0, 10)}T23:59:59.999Z` }, policies })).value.rows);
        }
        await Promise.all([engine.stop(), other.stop()]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(different).toBeGreaterThan(0);
  }, 60_000);
});

/** Checks that what would be is told of an analysis as the other world has it. @returns how many rows differ. */
async function toldAsOfAnother([engine, other]: readonly [Engine, Engine], analysis: string, question: PolicyQuestion): Promise<number> {
  const { items } = (await engine.analyses.whatIf(analysis, question, { limit: 1_000 })).value;
  // Of each customer there is one row: no purchase names its products.
  const told = new Map(items.map(({ _id, kind, changes }) => [_id.split('/')[0], kind === 'changed' ? changes.map(({ path }) => path).sort() : kind]));
  const [is, would] = [await found(engine, analysis), await found(other, analysis)];
  const expected = [...new Set([...is.keys(), ...would.keys()])].map((key) => [key, differenceBetween(is.get(key), would.get(key))] as const).filter(([, difference]) => difference.length > 0);
  expect([analysis, told]).toEqual([analysis, new Map(expected)]);
  return expected.length;
}

function differenceBetween(was: Record<string, unknown> | undefined, is: Record<string, unknown> | undefined): string | string[] {
  if (!was || !is) return was ? 'left' : 'entered';
  return Object.keys(was).filter((column) => was[column] !== is[column]).sort();
}

/** Of each kind the one in force at that moment. */
function inForceAt(moment: string, published: readonly Asked[]): Asked[] {
  const inForce = new Map<string, Asked>();
  for (const each of published) {
    const from = ({ effectiveFrom }: { effectiveFrom?: string }) => effectiveFrom!;
    const known = inForce.get(each[0]);
    if (from(each[1]) <= moment && !(known && from(known[1]) > from(each[1]))) inForce.set(each[0], each);
  }
  return [...inForce.values()];
}

/** Without what differs between two worlds: numbers of versions and ids of events. */
const withoutVersion = (row: object): unknown => JSON.parse(JSON.stringify(row, (name, part: unknown) => (name === 'policyVersion' || name === 'eventId' ? undefined : name === 'evidence' ? (part as string[]).length : part)));

/** Those published whose kind is not supposed at all: they stay as they are. */
function without(supposed: readonly Asked[], published: readonly Asked[]): Asked[] {
  const kinds = new Set(supposed.map(([name]) => name));
  return published.filter(([name]) => !kinds.has(name));
}
