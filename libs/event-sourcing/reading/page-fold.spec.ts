import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { event } from '../modelling/domain-event.js';
import type { AnyView } from '../modelling/view.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { Counted, parities, totals } from '../testing/counter.js';
import { recorded } from '../testing/recorded.js';
import { eventsByKey, foldDocument, partitionOf, WHOLE, type Partition, type Row } from './page-fold.js';

const history = fc
  .array(fc.record({ counter: fc.integer({ min: 1, max: 5 }), by: fc.integer({ min: 1, max: 9 }) }), { maxLength: 40 })
  .map((entries) =>
    entries.map(({ counter, by }, index): RecordedEvent => recorded(event(Counted, { counterId: `c${counter}`, by }), { position: index + 1 })),
  );

/** Reads a log as pages that may come twice and overlap, as after a crash. */
const pages = (log: readonly RecordedEvent[]) =>
  fc.array(fc.tuple(fc.nat(Math.max(0, log.length - 1)), fc.integer({ min: 1, max: 10 })), { maxLength: 10 }).map((redelivered) => {
    const list: RecordedEvent[][] = [];
    for (let at = 0; at < log.length; at += 3) {
      list.push(log.slice(at, at + 3));
      for (const [from, length] of redelivered) if (from < at) list.push(log.slice(from, Math.min(at + 3, from + length)));
    }
    return list;
  });

function foldPages(view: AnyView, delivered: readonly (readonly RecordedEvent[])[], partition: Partition, rows = new Map<string, Row>()) {
  for (const page of delivered) {
    for (const [key, events] of eventsByKey(view, page, partition)) {
      const { after } = foldDocument(view, key, rows.get(key), events);
      if (after) rows.set(key, after);
    }
  }
  return rows;
}

const sorted = (rows: Map<string, Row>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

describe.each([totals, parities] as AnyView[])('folding $name', (view) => {
  it('gives the same documents however the log is cut into pages and however often a page comes', () => {
    fc.assert(
      fc.property(
        history.chain((log) => fc.tuple(fc.constant(log), pages(log))),
        ([log, delivered]) => {
          expect(sorted(foldPages(view, delivered, WHOLE))).toEqual(sorted(foldPages(view, [log], WHOLE)));
        },
      ),
    );
  });

  it('gives the same documents in any number of partitions, each document in one of them', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 7 }), (log, count) => {
        const parts = Array.from({ length: count }, (_, index) => foldPages(view, [log], { index, count }));
        expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(foldPages(view, [log], WHOLE).size);
        expect(sorted(new Map(parts.flatMap((part) => [...part])))).toEqual(sorted(foldPages(view, [log], WHOLE)));
      }),
    );
  });
});

describe('a fold that fails', () => {
  it('keeps what came before and names the event', () => {
    const log = [1, 2, 3].map((by) => recorded(event(Counted, { counterId: 'c', by }), { position: by }));
    const failing = totals.key(() => 'c');
    const broken = { ...log[1]!, data: null } as unknown as RecordedEvent;
    const { after, failure } = foldDocument(failing, 'c', undefined, [log[0]!, broken, log[2]!]);
    expect(after?.position).toBe(1);
    expect(failure?.event).toBe(broken);
  });
});

describe('the partition of a key', () => {
  it('never changes between releases', () => {
    expect(['a', 'customer-1', '关系', ''].map((key) => partitionOf(key, 16))).toEqual([12, 7, 11, 5]);
  });

  it('spreads keys evenly', () => {
    const counts = new Array<number>(8).fill(0);
    for (let index = 0; index < 8_000; index++) counts[partitionOf(`customer-${index}`, 8)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
