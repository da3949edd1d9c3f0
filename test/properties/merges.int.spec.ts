import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type AnyView, type RecordedEvent } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';
import { readBy } from './reader.js';

const views = contexts.flatMap((context) => context.views);

async function started(): Promise<Engine> {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), projector: { pageSize: 3, partitions: 2 } });
  await engine.start();
  await publishDefaultPolicies(engine);
  return engine;
}

async function rowsOf(engine: Engine): Promise<Record<string, Map<string, object>>> {
  const answers: Record<string, Map<string, object>> = {};
  for (const { name } of views) {
    expect(await engine.projector.reaches(name, await engine.events.head(), 10_000)).toBe(true);
    const rows = await engine.documents.find(engine.projector.get(name).answering!);
    answers[name] = new Map(rows.map(({ _id, ...row }) => [_id, row]));
  }
  return answers;
}

async function logOf(engine: Engine): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for await (const page of engine.events.readAll()) log.push(...page.events);
  return log;
}

function folded(view: AnyView, events: readonly RecordedEvent[]): Map<string, object> {
  const rows = new Map<string, object>();
  for (const event of events) {
    for (const key of view.keysOf(event)) {
      const row = view.fold(rows.get(key), event, key);
      if (row === undefined) rows.delete(key);
      else rows.set(key, JSON.parse(JSON.stringify(row)) as object);
    }
  }
  return rows;
}

const register = (customerId: string): Asked => ['RegisterCustomer', { customerId, kind: 'person', name: `The ${customerId}` }];

describe('views that are fed while customers are merged and unmerged and events withdrawn', () => {
  it('are what somebody makes of the log who reads it whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 5, maxLength: 40 }), fc.nat(5), async (commands, pace) => {
        const engine = await started();
        for (const [index, command] of commands.entries()) {
          await send(engine, command);
          if (index % 5 < pace) await rowsOf(engine);
        }
        const [rows, events] = [await rowsOf(engine), readBy(await logOf(engine))];
        for (const view of views) expect([view.name, rows[view.name]]).toEqual([view.name, folded(view, events)]);
        await engine.stop();
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});

describe('two customers that were merged, lived on, and were unmerged', () => {
  it('each have what was recorded for them, in every view', async () => {
    const calm = asked.filter(([name]) => !['MergeCustomers', 'UnmergeCustomers', 'withdraw', 'RenameCustomer', 'AssignParentCustomer'].includes(name));
    const fifty = fc.array(calm, { minLength: 50, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(fifty, fifty, async (before, after) => {
        const engine = await started();
        const life = (commands: readonly Asked[]) => commands.reduce((sent, command) => sent.then(() => send(engine, command)), Promise.resolve());
        await life([register('c1'), register('c2'), ...before, ['MergeCustomers', { customerId: 'c1', intoCustomerId: 'c2', reason: 'The same telephone' }]]);
        const together = await rowsOf(engine);
        expect(together['customers']!.get('c1')).toMatchObject({ status: 'merged', mergedInto: 'c2' });
        expect(together['customer_360']!.get('c1')).toMatchObject({ status: 'merged', mergedInto: 'c2', purchases: { count: 0 } });
        expect([...together['purchases']!.values()].filter((row) => (row as { customerId: string }).customerId === 'c1')).toEqual([]);
        await life(after);
        await rowsOf(engine);
        await send(engine, ['UnmergeCustomers', { customerId: 'c1', reason: 'Twins' }]);
        const [parted, log] = [await rowsOf(engine), await logOf(engine)];
        const merges = log.filter(({ type }) => /^Customers(Unm|M)erged$/.test(type));
        expect(merges).toHaveLength(2);
        for (const entry of merges) parted['customer_timeline']!.delete(`c1/${String(entry.position).padStart(16, '0')}`);
        // Nobody ever merged them, for all that is left to see.
        for (const view of views) expect([view.name, parted[view.name]]).toEqual([view.name, folded(view, log.filter((event) => !merges.includes(event)))]);
        await engine.stop();
      }),
      { numRuns: 10, endOnFailure: true },
    );
  }, 120_000);
});
