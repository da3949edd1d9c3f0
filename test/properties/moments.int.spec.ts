import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type AnyView, type Moment, type RecordedEvent } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';
import { readBy } from './reader.js';

/** Later than the store's own clock, so that all that is recorded is of the past. */
const NOW = new Date(Date.now() + 86_400_000).toISOString();
const views = contexts.flatMap((context) => context.views);

function foldedBy(view: AnyView, log: readonly RecordedEvent[], moment: Moment): Map<string, object> {
  const rows = new Map<string, object>();
  for (const event of readBy(log, moment)) {
    for (const key of view.keysOf(event)) {
      const row = view.fold(rows.get(key), event, key);
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    }
  }
  return rows;
}

async function engineAfter(commands: readonly Asked[], pauses: readonly number[] = []): Promise<{ engine: Engine; log: RecordedEvent[] }> {
  const events = new MemoryEventStore();
  const engine = new Engine({ contexts, events, documents: new MemoryDocumentStore(), clock: { now: () => new Date(NOW) } });
  await engine.start();
  await publishDefaultPolicies(engine);
  for (const [index, command] of commands.entries()) {
    // So that what was known differs from what is known now.
    if (pauses.includes(index)) await delay(2);
    await send(engine, command);
  }
  const log: RecordedEvent[] = [];
  for await (const page of engine.events.readAll()) log.push(...page.events);
  for (const name of engine.projector.names()) expect(await engine.projector.reaches(name, await events.head(), 10_000)).toBe(true);
  return { engine, log };
}

const withoutComputed = (view: AnyView, row: object): object => {
  const computed = view.computation?.fields ?? [];
  return Object.fromEntries(Object.entries(row).filter(([field]) => !computed.includes(field) && field !== '_id'));
};

describe('any view as of any moment', () => {
  it('is what its events were then, document by document and as a list', async () => {
    let compared = 0;
    const life = fc.record({ commands: fc.array(asked, { minLength: 25, maxLength: 60 }), pauses: fc.array(fc.nat(40), { maxLength: 3 }), picks: fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(2)), { minLength: 3, maxLength: 6 }) });
    await fc.assert(
      fc.asyncProperty(life, async ({ commands, pauses, picks }) => {
        const { engine, log } = await engineAfter(commands, pauses);
        for (const [one, other, axes] of picks) {
          const asOf = log[one % log.length]!.occurredAt;
          const knownAt = log[other % log.length]!.recordedAt;
          const moment: Moment = [{ asOf }, { knownAt }, { asOf, knownAt }][axes]!;
          for (const view of views) {
            const expected = foldedBy(view, log, moment);
            const { items } = (await engine.views.find(view.name, { limit: 1_000 }, { moment })).value;
            expect(items.map(({ _id }) => _id).sort()).toEqual([...expected.keys()].sort());
            for (const item of items) {
              const key = item['_id'] as string;
              expect(withoutComputed(view, item)).toEqual(withoutComputed(view, expected.get(key)!));
              expect((await engine.views.get(view.name, key, { moment })).value).toEqual(item);
              compared++;
            }
          }
        }
        await engine.stop();
      }),
      { numRuns: 20 },
    );
    expect(compared).toBeGreaterThan(1_000);
  }, 240_000);

  it('is the live view where the moment is now, computed fields too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 5, maxLength: 40 }), async (commands) => {
        const { engine } = await engineAfter(commands);
        for (const { name } of views) {
          const live = (await engine.views.find(name, { limit: 1_000 })).value;
          expect((await engine.views.find(name, { limit: 1_000 }, { moment: { asOf: NOW } })).value).toEqual(live);
        }
        await engine.stop();
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  it('differs from that of another moment by what is told to have changed, document by document', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 5, maxLength: 40 }), fc.nat(99), fc.nat(99), async (commands, one, other) => {
        const { engine, log } = await engineAfter(commands);
        const [from, to] = [log[one % log.length]!, log[other % log.length]!].map(({ occurredAt }) => ({ asOf: occurredAt })) as [Moment, Moment];
        for (const { name } of views) {
          const [before, after] = await Promise.all([from, to].map(async (moment) => new Map((await engine.views.find(name, { limit: 1_000 }, { moment })).value.items.map((item) => [item['_id'] as string, item]))));
          const { items } = (await engine.views.differences(name, { from, to }, { limit: 1_000 })).value;
          const kinds = new Map(items.map(({ _id, kind }) => [_id, kind]));
          for (const key of new Set([...before!.keys(), ...after!.keys()])) {
            const [was, is] = [before!.get(key), after!.get(key)];
            const expected = !was ? 'entered' : !is ? 'left' : JSON.stringify(was) === JSON.stringify(is) ? undefined : 'changed';
            expect([name, key, kinds.get(key)]).toEqual([name, key, expected]);
            const told = (await engine.views.changes(name, key, { from, to })).value;
            expect(told.changes.length > 0).toBe(expected !== undefined);
            if (to.asOf! < from.asOf!) expect(told.events).toEqual([]);
          }
        }
        await engine.stop();
      }),
      { numRuns: 6 },
    );
  }, 120_000);

  it('is judged by the policies then in force or, where that is asked, by those of another moment', async () => {
    const rules = (afterDays: number) => ({ developing: { purchaseDays: 2 }, loyal: { purchaseDays: 3, withinDays: 900 }, atRisk: { afterDays }, dormant: { afterDays: 800 }, lost: { afterDays: 900 }, wonBack: { forDays: 1 } });
    const published = (afterDays: number, from: string): Asked => ['PublishLifecyclePolicy', { lifecyclepolicyId: 'default', rules: rules(afterDays), effectiveFrom: '1990-01-01T00:00:00.000Z', occurredAt: from }];
    const { engine } = await engineAfter([
      ['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Li Wei', occurredAt: '2024-01-01T00:00:00.000Z' }],
      ['RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: { amount: 100, currency: 'EUR' }, occurredAt: '2024-01-01T00:00:00.000Z' }],
      published(500, '1995-01-01T00:00:00.000Z'), published(20, '2025-01-01T00:00:00.000Z'),
    ]);
    const asOf = '2024-03-01T00:00:00.000Z';
    const judged = async (policies?: Moment) => {
      const freshness = { moment: { asOf }, ...(policies && { policies }) };
      const [row, list] = [(await engine.views.get('lifecycle', 'c1', freshness)).value, (await engine.views.find('lifecycle', {}, freshness)).value.items[0]];
      expect(list).toEqual(row);
      return [row!['stage'], row!['policyVersion']];
    };
    expect(await judged()).toEqual(['first_purchase', 2]);
    expect(await judged({ asOf: NOW })).toEqual(['at_risk', 3]);
    expect(await judged({ asOf: '1996-01-01T00:00:00.000Z' })).toEqual(['first_purchase', 2]);
    await engine.stop();
  });

  it('is replayed once, with progress, and kept for the next question', async () => {
    const events = new MemoryEventStore();
    const engine = new Engine({ contexts, events, documents: new MemoryDocumentStore() });
    await engine.start();
    for (let n = 0; n < 30; n++) await send(engine, ['RecordPurchase', { purchaseId: `p${n}`, customerId: 'c1', amount: { amount: 100, currency: 'EUR' }, occurredAt: '2024-01-01T00:00:00.000Z' }]);
    const read: unknown[] = [];
    const readAll = events.readAll.bind(events);
    events.readAll = (options) => (read.push(options), readAll(options));
    const seen: number[] = [];
    const ask = () => engine.views.find('purchases', { limit: 1_000 }, { moment: { asOf: '2025-01-01T00:00:00.000Z' }, onProgress: ({ position, head }) => void seen.push(position / head) });
    const first = await ask();
    expect([first.value.items.length, seen.at(-1), read.length > 0]).toEqual([30, 1, true]);
    read.length = 0;
    expect(await ask()).toEqual(first);
    expect(read).toEqual([]);
    await engine.stop();
  });

  it('moves on one axis alone with an event that is recorded late', async () => {
    const { engine, log } = await engineAfter([
      ['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Li Wei', occurredAt: '2024-01-01T00:00:00.000Z' }],
      ['RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: { amount: 100, currency: 'EUR' }, occurredAt: '2024-03-01T00:00:00.000Z' }],
    ]);
    const knownAt = log.at(-1)!.recordedAt;
    const at = async (moment: Moment) => ((await engine.views.get('customer_360', 'c1', { moment })).value as { purchases: unknown }).purchases;
    const [then, known] = [await at({ asOf: '2024-04-01T00:00:00.000Z' }), await at({ knownAt })];
    await delay(5);
    await send(engine, ['RecordPurchase', { purchaseId: 'p2', customerId: 'c1', amount: { amount: 50, currency: 'EUR' }, occurredAt: '2024-02-01T00:00:00.000Z' }]);
    expect(await at({ asOf: '2024-04-01T00:00:00.000Z' })).not.toEqual(then);
    expect(await at({ asOf: '2024-04-01T00:00:00.000Z', knownAt })).toEqual(then);
    expect(await at({ knownAt })).toEqual(known);
    await engine.stop();
  });
});
