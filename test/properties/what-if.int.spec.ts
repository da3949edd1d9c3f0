import { plainToInstance } from 'class-transformer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine } from '#event-sourcing';
import { contexts } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';

const NOW = new Date(Date.now() + 86_400_000).toISOString();
const ASKED = ['lifecycle', 'loyalty'];
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
const policies = fc.array(fc.oneof(lifecyclePolicy, loyaltyPolicy), { minLength: 1, maxLength: 4 });
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
        expect(await state()).toEqual(before);
        await engine.stop();
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it('is what a world answers in which they, and no others, were published', async () => {
    let different = 0;
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
        await Promise.all([engine.stop(), other.stop()]);
      }),
      { numRuns: 8 },
    );
    expect(different).toBeGreaterThan(0);
  }, 60_000);
});

/** Those published whose kind is not supposed at all: they stay as they are. */
function without(supposed: readonly Asked[], published: readonly Asked[]): Asked[] {
  const kinds = new Set(supposed.map(([name]) => name));
  return published.filter(([name]) => !kinds.has(name));
}
