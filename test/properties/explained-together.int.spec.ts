import { describe, expect, it } from '@jest/globals';
import { analysis, Engine, stepOf, view, type Context } from '#event-sourcing';
import { contexts } from '#composition';
import { PurchaseRecorded } from '#purchases';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { send } from './life.js';

const boughtIn = view<{ customerId: string; months: string[] }>('bought_in', { version: 1, record: 'customerId' })
  .on(PurchaseRecorded, ({ data }) => data.customerId, (row, { data, occurredAt }) => ({ customerId: data.customerId, months: [...(row?.months ?? []), occurredAt.slice(0, 7)] }));

const monthsOfBuying = analysis('months_of_buying', { version: 1, summary: 'In how many months each customer bought', allow: [], personal: [], record: 'customerId', columns: { customerId: 'text', months: 'integer' } })
  .reads({ customers: boughtIn })
  .computes(({ customers }) => ({ rows: customers.map(({ customerId, months }) => ({ customerId, months: new Set(months).size })) }));

const counting: Context = { name: 'counting', aggregates: [], events: [], decisions: [], views: [], analyses: [monthsOfBuying] };

describe('A row that no event alone makes what it is', () => {
  it('is explained by events of a month together, and tells how far that is', async () => {
    const engine = new Engine({ contexts: [...contexts, counting], events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
    await engine.start(false);
    await send(engine, ['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Ada' }]);
    for (const [index, day] of ['2025-01-03', '2025-01-20', '2025-02-03', '2025-02-20'].entries()) {
      await send(engine, ['RecordPurchase', { purchaseId: `p${index}`, customerId: 'c1', amount: { amount: 100, currency: 'EUR' }, occurredAt: `${day}T00:00:00.000Z` }]);
    }
    const told: string[] = [];
    const onProgress = (progress: Parameters<typeof stepOf>[0]) => told.push(stepOf(progress)[2]);
    const { value } = await engine.analyses.explain('months_of_buying', 'c1', { onProgress });
    expect(value!.factors.map(({ factor, value: is, without, events }) => [factor, is, without, events.length])).toEqual([['months', 2, 1, 2], ['months', 2, 1, 2]]);
    expect(value!.notes!.join(' ')).toContain('Left out alone, no event changes a number');
    expect(told).toEqual(expect.arrayContaining(['explaining, 3 of 4', 'explaining, 1 of 2']));
    told.length = 0;
    await engine.analyses.answer('months_of_buying', { moment: { asOf: '2025-02-10T00:00:00.000Z' }, onProgress });
    expect(told).toEqual(['bought_in', 'computing months_of_buying']);
    await engine.stop();
  });
});
