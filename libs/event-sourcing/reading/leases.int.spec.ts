import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryDocumentStore } from '#stores/memory';
import { Leases } from './leases.js';

const TTL_MS = 100;

/** Workers on one store, with one time that the test sets. */
class Workers {
  time = 0;
  private readonly documents = new MemoryDocumentStore();
  private readonly leases = new Map<string, Leases>();

  constructor(readonly shares: number) {}

  of(worker: string): Leases {
    let leases = this.leases.get(worker);
    if (!leases) {
      leases = new Leases(this.documents, { worker, group: 'g', shares: this.shares, ttlMs: TTL_MS, now: () => this.time });
      this.leases.set(worker, leases);
    }
    return leases;
  }

  beat(worker: string): Promise<void> {
    return this.of(worker).beat(async () => undefined);
  }

  /** Everybody named beats, several times within the time to live. */
  async beatFor(milliseconds: number, ...workers: string[]): Promise<void> {
    for (const end = this.time + milliseconds; this.time < end; this.time += TTL_MS / 5) for (const worker of workers) await this.beat(worker);
  }

  holdersOf(share: number): string[] {
    return [...this.leases].filter(([, leases]) => leases.holds(share)).map(([worker]) => worker);
  }

  get counts(): Record<string, number> {
    return Object.fromEntries([...this.leases].map(([worker, leases]) => [worker, leases.shares.filter((share) => leases.holds(share)).length]));
  }
}

describe('leases', () => {
  it('divide the shares evenly, and again when a worker comes', async () => {
    const workers = new Workers(8);
    await workers.beatFor(300, 'a');
    expect(workers.counts).toEqual({ a: 8 });
    await workers.beatFor(500, 'a', 'b', 'c');
    expect(workers.counts).toEqual({ a: 3, b: 3, c: 2 });
  });

  it('of a worker that is not heard of any more are taken after the time to live, and not before', async () => {
    const workers = new Workers(4);
    await workers.beatFor(500, 'a', 'b');
    expect(workers.counts).toEqual({ a: 2, b: 2 });
    await workers.beatFor(TTL_MS / 2, 'b');
    expect(workers.counts['b']).toBe(2);
    await workers.beatFor(2 * TTL_MS, 'b');
    expect(workers.counts).toEqual({ a: 0, b: 4 });
  });

  it('that were given back are taken at once', async () => {
    const workers = new Workers(4);
    await workers.beatFor(500, 'a', 'b');
    await workers.of('a').end();
    await workers.beat('b');
    expect(workers.counts['b']).toBe(4);
  });

  it('are lost to a worker that was stopped and wakes up late, before it has looked', async () => {
    const workers = new Workers(1);
    await workers.beatFor(200, 'a');
    workers.time += 2 * TTL_MS;
    expect(workers.of('a').holds(0)).toBe(false);
    await workers.beatFor(2 * TTL_MS, 'b');
    expect(workers.holdersOf(0)).toEqual(['b']);
    await workers.beat('a');
    expect([workers.of('a').shares, workers.holdersOf(0)]).toEqual([[], ['b']]);
  });

  it('are never held by two, whoever beats when and however late', async () => {
    const step = fc.oneof(
      fc.record({ beat: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ both: fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('c', 'd')) }),
      fc.record({ wait: fc.integer({ min: 1, max: 2 * TTL_MS }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), async (shares, steps) => {
        const workers = new Workers(shares);
        for (const each of steps) {
          if ('beat' in each) await workers.beat(each.beat);
          else if ('both' in each) await Promise.all(each.both.map((worker) => workers.beat(worker)));
          else workers.time += each.wait;
          for (let share = 0; share < shares; share++) expect(workers.holdersOf(share).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
