import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainEvent, Plain } from '../../modelling/domain-event.js';
import { view } from '../../modelling/view.js';
import type { EventPage, EventStore, RecordedEvent } from '../../ports/event-store.js';
import { matches } from '../../ports/event-store.js';
import { KnownReading } from '../interpreting/known-reading.js';
import type { Readings } from '../interpreting/readings.js';
import { asStored } from './as-stored.js';
import { FewEvents } from './few-events.js';
import { MomentRows } from './moment-rows.js';
import { isWithin, type Moment } from './moment.js';

@DomainEvent({ version: 1 })
class Told {
  @Plain() about!: string;
}

/** What it shows depends on the order of the log. */
const told = view<{ days: number[] }>('told', { version: 1 })
  .key(({ data }) => data['about'])
  .on(Told, (row, { position }) => ({ days: [...(row?.days ?? []), position], left: undefined }));

const day = (number: number) => new Date(Date.UTC(2025, 0, 1 + number)).toISOString();

/** Events that happened on these days, each recorded a day after the one before. */
function logOf(happened: readonly { on: number; about: string }[]): RecordedEvent[] {
  return happened.map(({ on, about }, index) => ({
    id: String(index), type: 'Told', schemaVersion: 1, stream: `told-${about}`, revision: index, position: index + 1,
    occurredAt: day(on), recordedAt: day(index), data: { about }, metadata: { commandId: '', correlationId: '', actor: '', source: '' },
  }));
}

/** Gives pages of a few events, and counts the events that it gave. */
class Log {
  given = 0;
  constructor(public events: readonly RecordedEvent[]) {}

  get store(): EventStore {
    return { head: async () => this.events.length, readAll: (options) => this.pages(options) } as Partial<EventStore> as EventStore;
  }

  private async *pages({ after = 0, until = Infinity, filter }: Parameters<EventStore['readAll']>[0] = {}): AsyncGenerator<EventPage> {
    const end = Math.min(until, this.events.length);
    for (let begin = after; begin < end || begin === after; begin += 3) {
      const position = Math.min(begin + 3, end);
      const events = this.events.slice(begin, position).filter((event) => matches(filter, event));
      this.given += events.length;
      yield { events, position, caughtUp: position === end };
    }
  }
}

const asRecorded = { now: new KnownReading(0, []), upTo: async () => undefined, within: () => new KnownReading(0, []), countingAt: () => [] } as Partial<Readings> as Readings;

/** None are few: what is few is read otherwise. */
const manyEvents = { of: async () => undefined, clear: () => undefined } as Partial<FewEvents> as FewEvents;

const rowsOf = (log: Log, few = manyEvents) => new MomentRows({ events: log.store, readings: asRecorded }, few);

function foldedBy(events: readonly RecordedEvent[], moment: Moment): object[] {
  const days = new Map<string, number[]>();
  for (const event of events.filter((each) => isWithin(moment, each))) {
    const { about } = event.data as Told;
    days.set(about, [...(days.get(about) ?? []), event.position]);
  }
  return [...days].sort(([one], [other]) => (one < other ? -1 : 1)).map(([_id, all]) => ({ _id, days: all }));
}

const momentIn = (length: number) => fc.record({ asOf: fc.nat(length).map(day), knownAt: fc.nat(length).map(day) }, { requiredKeys: [] });

describe('A view as of one moment after the other', () => {
  it('is what its events come to then, whatever was asked for before and in whatever order things were recorded', async () => {
    const happened = fc.array(fc.record({ late: fc.constantFrom(0, 0, 0, 0, 4, 9), about: fc.constantFrom('a', 'b', 'c') }), { minLength: 10, maxLength: 40 });
    await fc.assert(fc.asyncProperty(happened, fc.array(momentIn(40), { minLength: 3, maxLength: 12 }), fc.nat(30), fc.boolean(), async (all, moments, begin, isFew) => {
      const events = logOf(all.map(({ late, about }, index) => ({ on: Math.max(0, index - late), about })));
      const log = new Log(events.slice(0, begin));
      const rows = rowsOf(log, isFew ? new FewEvents(log.store) : manyEvents);
      for (const [index, moment] of moments.entries()) {
        if (index === Math.floor(moments.length / 2)) log.events = events;
        const held = await rows.of(told, moment);
        expect(JSON.stringify(held.documents)).toBe(JSON.stringify(foldedBy(log.events, moment)));
        expect(held.position).toBe(log.events.length);
        expect(held.get('a')).toEqual(held.documents.find(({ _id }) => _id === 'a'));
      }
    }), { numRuns: 150 });
  });

  it('goes on from an earlier one, and does not read again what is too late', async () => {
    const log = new Log(logOf(Array.from({ length: 300 }, (_, on) => ({ on, about: 'a' }))));
    const rows = rowsOf(log);
    await rows.of(told, { asOf: day(149) });
    expect(log.given).toBe(300);
    await rows.of(told, { asOf: day(179) });
    expect(log.given).toBeLessThan(340);
    await rows.of(told, { asOf: day(29) });
    expect(log.given).toBeLessThan(380);
  });

  it('is asked of the log once by several who ask at the same time', async () => {
    const log = new Log(logOf(Array.from({ length: 30 }, (_, on) => ({ on, about: 'a' }))));
    const rows = rowsOf(log);
    const [one, other] = await Promise.all([rows.of(told, {}), rows.of(told, {})]);
    expect(other.documents).toBe(one.documents);
    expect(log.given).toBe(30);
  });
});

describe('A row as a store would give it', () => {
  it('is what JSON makes of it', () => {
    const value = fc.anything({ withDate: true, withNullPrototype: false, withSparseArray: true, maxDepth: 4 });
    fc.assert(fc.property(fc.dictionary(fc.string().filter((name) => name !== '__proto__' && name !== 'toJSON'), value), (row) => {
      const json = () => JSON.parse(JSON.stringify(row)) as object;
      try {
        json();
      } catch {
        return;
      }
      expect(asStored(row)).toEqual(json());
      expect(JSON.stringify(Object.entries(asStored(row)))).toBe(JSON.stringify(Object.entries(json())));
    }));
  });
});
