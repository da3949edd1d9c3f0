import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analysis, earlier, Engine, view, type Context, type EventStore, type RecordedEvent, type View } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { PurchaseRecorded } from '#purchases';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';

const BEGIN = Date.UTC(2025, 2, 10);
const DAY_MS = 86_400_000;

const viewNamed = (name: string) => contexts.flatMap(({ views }) => views).find((each) => each.name === name) as unknown as View<object, object>;

/** Folded for the analysis alone; what it shows depends on the order in which events were recorded. */
const latestRecorded = view<{ purchases: string[] }>('latest_recorded', { version: 1, record: '_id' })
  .on(PurchaseRecorded, ({ data }) => data.customerId, (row, { data }) => ({ purchases: [...(row?.purchases ?? []), data.purchaseId] }));

const probe = analysis('probe', { version: 1, summary: 'Everything that it reads', columns: { source: 'text', row: 'json' } })
  .reads({ latest: latestRecorded, lifecycle: viewNamed('lifecycle'), loyalty: viewNamed('loyalty'), whole: viewNamed('customer_360') })
  .computes((inputs, { now }) => ({ rows: Object.entries(inputs).flatMap(([source, rows]) => rows.map((row) => ({ source, row }))), summary: { now, rows: inputs.whole.length } }));

const compared = analysis('compared', { version: 1, summary: 'Rows now and then', columns: {} })
  .reads({ now: viewNamed('customer_360'), then: earlier(viewNamed('customer_360')) })
  .computes(({ now, then }, { from }) => ({ rows: [], summary: { now: now.length, then: then.length, from } }));

const probing: Context = { name: 'probing', aggregates: [], events: [], decisions: [], views: [], analyses: [probe, compared] };

/** The time of the store is that of the engine's clock, which the test turns. */
class World {
  time = BEGIN;
  private readonly recorded = new Map<number, string>();
  readonly engine = new Engine({
    contexts: [...contexts, probing], events: new MemoryEventStore(), documents: new MemoryDocumentStore(),
    clock: { now: () => new Date(this.time) }, protect: (events) => this.timed(events),
  });

  async live(): Promise<string> {
    for (const name of this.engine.projector.names()) await this.engine.projector.reaches(name, await this.engine.events.head(), 10_000);
    return JSON.stringify((await this.engine.analyses.answer('probe')).value);
  }

  private timed(events: EventStore): EventStore {
    const at = (event: RecordedEvent): RecordedEvent => ({ ...event, recordedAt: this.recorded.get(event.position)! });
    const pages = async function* <Page extends { events: readonly RecordedEvent[] }>(source: AsyncIterable<Page>) {
      for await (const page of source) yield { ...page, events: page.events.map(at) };
    };
    return {
      append: async (...given) => {
        const now = new Date(this.time).toISOString();
        const result = await events.append(...given);
        for (let back = 0; back < given[2].length; back++) this.recorded.set(result.position - back, now);
        return result;
      },
      readStream: async function* (...given) {
        for await (const page of events.readStream(...given)) yield page.map(at);
      },
      readAll: (options) => pages(events.readAll(options)),
      readAt: async (positions) => (await events.readAt(positions)).map(at),
      subscribe: (options) => pages(events.subscribe(options)),
      head: () => events.head(),
      close: () => events.close(),
    };
  }
}

const endOf = (day: number) => BEGIN + (day + 1) * DAY_MS - 1;

/** Lives through some days and asks at the end of each. */
async function lived(days: readonly (readonly Asked[])[]): Promise<{ world: World; live: string[] }> {
  const world = new World();
  const live: string[] = [];
  await world.engine.start();
  await publishDefaultPolicies(world.engine);
  for (const [day, commands] of days.entries()) {
    for (const command of commands) {
      world.time += 60_000;
      await send(world.engine, command);
    }
    world.time = endOf(day);
    live.push(await world.live());
    world.time += 1;
  }
  return { world, live };
}

async function seriesOf(world: World, span: object): Promise<string[]> {
  const { answers } = await world.engine.analyses.series('probe', { span: { first: '2025-03-10', ...span } });
  const found: string[] = [];
  for await (const { answer } of answers) found.push(JSON.stringify(answer));
  return found;
}

const life = fc.array(fc.array(asked, { maxLength: 12 }), { minLength: 3, maxLength: 5 });

describe('The daily series of an analysis that was written today', () => {
  it('is, byte for byte, what one would have answered that had been live all along', async () => {
    await fc.assert(fc.asyncProperty(life, async (days) => {
      const { world, live } = await lived(days);
      expect(await seriesOf(world, { by: 'knownAt' })).toEqual(live);
      await world.engine.stop();
    }), { numRuns: 6 });
  }, 60_000);

  it('is, on both axes, what is answered as of the end of each day', async () => {
    await fc.assert(fc.asyncProperty(life, fc.constantFrom('asOf' as const, 'both' as const), async (days, by) => {
      const { world } = await lived(days);
      for (const [first, every] of [['2025-03-10', 'day'], ['2024-01-15', 'month']] as const) {
        const found = await seriesOf(world, { by, first, every });
        for (const text of found) {
          const { now } = JSON.parse(text) as { now: string };
          const moment = { asOf: now, ...(by === 'both' && { knownAt: now }) };
          expect(JSON.stringify((await world.engine.analyses.answer('probe', { moment })).value)).toBe(text);
        }
      }
      await world.engine.stop();
    }), { numRuns: 4 });
  }, 60_000);
});

describe('An analysis', () => {
  it('compares with an earlier moment, day by day too', async () => {
    const { world } = await lived([[['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Ada' }]], [['RegisterCustomer', { customerId: 'c2', kind: 'person', name: 'Bo' }]]]);
    const from = { knownAt: '2025-03-10T23:59:59.999Z' };
    expect((await world.engine.analyses.answer('compared', { from })).value.summary).toEqual({ now: 2, then: 1, from: from.knownAt });
    const { answers } = await world.engine.analyses.series('compared', { from, span: { first: '2025-03-10', by: 'knownAt' } });
    const days: unknown[] = [];
    for await (const { day, answer } of answers) days.push([day, answer.summary['now'], answer.summary['then']]);
    expect(days).toEqual([['2025-03-10', 1, 1], ['2025-03-11', 2, 1]]);
    await expect(world.engine.analyses.answer('compared')).rejects.toThrow('name the earlier one');
    await world.engine.stop();
  });
});

