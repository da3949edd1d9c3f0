import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventPage, Position, ReadAllOptions } from '../ports/event-store.js';
import { SharedHistory } from './shared-history.js';

const FILTER = { types: ['Counted'] };

/** A log of numbers, 10 in a page, that counts what it is asked for. */
class Numbers {
  pagesRead = 0;
  open = 0;
  failNext = false;

  constructor(public head: number) {}

  async *readAll({ after = 0 }: ReadAllOptions = {}): AsyncGenerator<EventPage> {
    this.open++;
    try {
      for (let position: Position = after; ; ) {
        await Promise.resolve();
        if (this.failNext) {
          this.failNext = false;
          throw new Error('The disk failed.');
        }
        this.pagesRead++;
        const to = Math.min(position + 10, this.head);
        const events = Array.from({ length: to - position }, (_, index) => ({ position: position + index + 1 }));
        position = to;
        yield { events, position, caughtUp: position === this.head } as unknown as EventPage;
        if (position === this.head) return;
      }
    } finally {
      this.open--;
    }
  }
}

const history = (log: Numbers) => new SharedHistory(log, 10);

async function positions(pages: AsyncIterable<EventPage>, slowness: () => number = () => 0): Promise<number[]> {
  const found: number[] = [];
  for await (const page of pages) {
    for (let turn = slowness(); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
    found.push(...page.events.map(({ position }) => position));
  }
  return found;
}

const from = (after: number, head: number): number[] => Array.from({ length: head - after }, (_, index) => after + index + 1);

describe('A history that several read at the same time', () => {
  it('is read once where they keep step', async () => {
    const log = new Numbers(1_000);
    const shared = history(log);
    const all = await Promise.all([1, 2, 3, 4].map(() => positions(shared.read(0, FILTER))));
    expect(all).toEqual([1, 2, 3, 4].map(() => from(0, 1_000)));
    expect(log.pagesRead).toBe(100);
  });

  it('gives each of them every event after its position once and in order, however fast they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ after: fc.nat(300), slowness: fc.array(fc.nat(12), { minLength: 31, maxLength: 31 }) }), { minLength: 1, maxLength: 6 }), async (readers) => {
        const log = new Numbers(300);
        const shared = history(log);
        const all = await Promise.all(readers.map(({ after, slowness }) => positions(shared.read(after, FILTER), () => slowness.pop() ?? 0)));
        expect(all).toEqual(readers.map(({ after }) => from(after, 300)));
        expect(log.open).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing open where one of them stops in the middle', async () => {
    const log = new Numbers(1_000);
    const shared = history(log);
    const [whole] = await Promise.all([positions(shared.read(0, FILTER)), (async () => {
      for await (const page of shared.read(0, FILTER)) if (page.position >= 200) break;
    })()]);
    expect(whole).toEqual(from(0, 1_000));
    expect(log.open).toBe(0);
  });

  it('shows what was appended to whoever reads again', async () => {
    const log = new Numbers(15);
    const shared = history(log);
    const slow = shared.read(0, FILTER);
    await slow.next();
    expect(await positions(shared.read(0, FILTER))).toEqual(from(0, 15));
    log.head = 30;
    expect(await positions(shared.read(0, FILTER))).toEqual(from(0, 30));
    await slow.return(undefined);
    expect(log.open).toBe(0);
  });

  it('fails for those who want the page that cannot be read, and is read anew by the next', async () => {
    const log = new Numbers(100);
    const shared = history(log);
    log.failNext = true;
    const outcomes = await Promise.allSettled([positions(shared.read(0, FILTER)), positions(shared.read(0, FILTER))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await positions(shared.read(0, FILTER))).toEqual(from(0, 100));
    expect(log.open).toBe(0);
  });
});
