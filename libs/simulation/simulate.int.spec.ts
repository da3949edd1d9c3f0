import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contexts, publishDefaultPolicies } from '#composition';
import { Engine } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { companyOf } from './company.js';
import { customerSteps } from './customer.js';
import { someone } from './people.js';
import { simulate, type SimulationSummary } from './simulate.js';

const CUSTOMERS = 24;

describe('a simulated year', () => {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
  let summary: SimulationSummary;
  const rows = async (view: string) => (await engine.views.find(view, { limit: 1000 }, { after: await engine.events.head() })).value.items;

  beforeAll(async () => {
    await engine.start();
    await publishDefaultPolicies(engine);
    summary = await simulate(engine, { seed: 7, customers: CUSTOMERS, year: 2025 });
  }, 60_000);
  afterAll(() => engine.stop());

  it('breaks no rule, and has customers, calls, complaints, quotes, orders, payments and debts', async () => {
    expect(summary).toMatchObject({ customers: CUSTOMERS, repeated: 0, refused: {} });
    expect(await rows('customers')).toHaveLength(CUSTOMERS);
    expect((await rows('pipeline')).map(({ status }) => status)).toEqual(expect.arrayContaining(['won', 'lost', 'open']));
    expect((await rows('orders')).map(({ status }) => status)).toContain('fulfilled');
    expect((await rows('interactions')).some(({ sentiment }) => Number(sentiment) < 0)).toBe(true);
    expect((await rows('dunning_queue')).length).toBeGreaterThan(0);
    const received = (await rows('contract_receivables')).map((row) => (row['received'] as { amount: number }).amount);
    expect(Math.max(...received)).toBeGreaterThan(0);
  });

  it('is all of its year', async () => {
    for await (const { events } of engine.events.readAll()) {
      for (const { occurredAt, metadata: { source } } of events) if (source === 'import:simulation') expect(occurredAt.slice(0, 4)).toBe('2025');
    }
  });

  it('adds nothing when it is run again', async () => {
    const before = await engine.events.head();
    expect(await simulate(engine, { seed: 7, customers: CUSTOMERS, year: 2025 })).toMatchObject({ events: 0, refused: {} });
    expect(await engine.events.head()).toBe(before);
  });

  it('is the same for the same seed, and another for another', () => {
    const year = (seed: number) => customerSteps(companyOf('s-', CUSTOMERS), seed, 3, new Date('2025-01-01'), new Date('2026-01-01'));
    expect(year(1)).toEqual(year(1));
    expect(year(1)).not.toEqual(year(2));
  });

  it('has names in English and in Chinese', () => {
    const names = Array.from({ length: 20 }, (_, seed) => someone(seed));
    expect(names.filter(({ name }) => /^\p{Script=Han}+$/u.test(name)).length).toBe(10);
    expect(names.filter(({ name }) => /^[\p{Script=Latin}\s.,'’-]+$/u.test(name)).length).toBeGreaterThan(5);
  });
});
