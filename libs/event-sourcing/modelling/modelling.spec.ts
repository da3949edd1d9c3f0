import { describe, expect, it } from '@jest/globals';
import { given } from '../testing/given.js';
import { recorded } from '../testing/recorded.js';
import { close, Closed, command, count, Count, Counted, Counter, totals } from '../testing/counter.js';
import { aggregate } from './aggregate.js';
import { decide } from './command.js';
import { DomainEvent, event, eventTypeOf, Personal, Plain } from './domain-event.js';
import { EventTypes, UnknownSchemaVersion } from './event-types.js';
import { view } from './view.js';

describe('an event class', () => {
  it('knows its name, its version, its personal fields with those whom they are about, and the plain ones', () => {
    @DomainEvent({ name: 'PersonMoved', version: 2, upcast: { 1: (old: { to: string }) => ({ to: old.to, note: '', from: null }) } })
    class Moved {
      @Personal() to!: string;
      @Personal({ subject: ['moverId', 'van.driverId'] }) note!: string;
      @Plain() from!: string | null;
    }
    const personal = [{ field: 'to', subjects: [] }, { field: 'note', subjects: ['moverId', 'van.driverId'] }];
    expect(eventTypeOf(Moved)).toMatchObject({ name: 'PersonMoved', version: 2, personal, plain: ['from'] });
  });

  it('cannot leave a version without an upcaster', () => {
    expect(() => {
      @DomainEvent({ version: 3, upcast: { 1: (old: object) => old } })
      class Gap {}
      return Gap;
    }).toThrow('no upcaster from version 2');
  });

  it('must be marked before it can happen', () => {
    class Unmarked {}
    expect(() => event(Unmarked, {})).toThrow('@DomainEvent()');
  });
});

describe('upcasting', () => {
  @DomainEvent({
    name: 'Priced',
    version: 3,
    upcast: {
      1: (old: { price: number }) => ({ minor: old.price * 100 }),
      2: (old: { minor: number }) => ({ minor: old.minor, currency: 'EUR' }),
    },
  })
  class Priced {
    minor!: number;
    currency!: string;
  }
  const types = new EventTypes([Priced]);
  const stored = (schemaVersion: number, data: object) => ({ ...recorded(event(Priced, { minor: 1, currency: 'x' })), schemaVersion, data });

  it('lifts an event through every version to the present one', () => {
    expect(types.lift(stored(1, { price: 12 }))).toMatchObject({ schemaVersion: 3, data: { minor: 1200, currency: 'EUR' } });
    expect(types.lift(stored(2, { minor: 7 }))).toMatchObject({ schemaVersion: 3, data: { minor: 7, currency: 'EUR' } });
  });

  it('leaves present and unknown events as they are', () => {
    const present = stored(3, { minor: 1, currency: 'CNY' });
    expect(types.lift(present)).toBe(present);
    const unknown = { ...present, type: 'Unheard', schemaVersion: 9 };
    expect(types.lift(unknown)).toBe(unknown);
  });

  it('refuses an event that is newer than the program', () => {
    expect(() => types.lift(stored(4, {}))).toThrow(UnknownSchemaVersion);
  });

  it('refuses two classes of one name', () => {
    @DomainEvent({ name: 'Priced' })
    class Other {}
    expect(() => new EventTypes([Priced, Other])).toThrow('Two event classes have the name Priced');
  });
});

describe('an aggregate', () => {
  it('adds its events up to its state', () => {
    const counter = given(Counter, [event(Counted, { counterId: '1', by: 2 }), event(Counted, { counterId: '1', by: 3 })]);
    expect(counter.state()).toEqual({ total: 5, closed: false });
  });

  it('refuses an event that it does not know, for a history cannot be ignored', () => {
    expect(() => Counter.evolve(Counter.initial, { type: 'Unheard', data: {}, occurredAt: '', revision: 0 })).toThrow('no .on(Unheard)');
  });

  it('folds each event in one way', () => {
    expect(() => Counter.on(Counted, (state) => state)).toThrow('folds Counted twice');
  });

  it('has a name that can stand before the dash of a stream', () => {
    expect(() => aggregate('has-dash', {})).toThrow('lower case letters and digits');
  });
});

describe('a decision', () => {
  it('makes events of a command and a state', () => {
    given(Counter, []).when(count, { counterId: '1', by: 2 }).then([event(Counted, { counterId: '1', by: 2 })]);
  });

  it('makes none where nothing changes', () => {
    given(Counter, [event(Closed, { counterId: '1' })]).when(close, { counterId: '1' }).then([]);
  });

  it('rejects what the rules forbid', () => {
    given(Counter, [event(Closed, { counterId: '1' })]).when(count, { counterId: '1', by: 1 }).thenRejected('counter-closed');
  });

  it('needs a class that is marked as a command', () => {
    class Unmarked {
      counterId!: string;
    }
    expect(() => decide(Counter, Unmarked, () => [])).toThrow('@Command()');
  });
});

describe('the given/when/then kit', () => {
  it('fails where other events are made than expected', () => {
    const outcome = given(Counter, []).when(count, command(Count, { counterId: '1', by: 2 }));
    expect(() => outcome.then([event(Counted, { counterId: '1', by: 3 })])).toThrow('but the decision made');
    expect(() => outcome.thenRejected('counter-closed')).toThrow('made 1 event(s)');
  });

  it('fails where a rejection comes unexpected', () => {
    const outcome = given(Counter, [event(Closed, { counterId: '1' })]).when(count, { counterId: '1', by: 2 });
    expect(() => outcome.then([])).toThrow('closed');
    expect(() => outcome.thenRejected('another-code')).toThrow('closed');
  });

  it('fails where a state would not survive a snapshot', () => {
    const Dated = aggregate('dated', { at: undefined as Date | undefined }).on(Counted, () => ({ at: new Date(0) }));
    expect(() => given(Dated, [event(Counted, { counterId: '1', by: 1 })]).state()).toThrow('not plain JSON');
  });

  it('folds a view over a history', () => {
    const history = [event(Counted, { counterId: '1', by: 2 }), event(Counted, { counterId: '2', by: 1 }), event(Closed, { counterId: '1' })];
    given(totals, history).then('1', { total: 2, events: 2, closed: true, last: '2026-01-05T12:00:00.000Z' });
    given(totals, history).then('3', undefined);
    expect(() => given(totals, history).then('2', undefined)).toThrow('Expected 2 to be');
  });
});

describe('a view', () => {
  it('needs a key for every event', () => {
    expect(() => view('keyless', { version: 1 }).on(Counted, () => ({}))).toThrow('no .key()');
  });

  it('touches each document once, however often the event names it', () => {
    const twice = view<{ n: number }>('twice', { version: 1 }).on(Counted, () => ['a', 'a'], (row) => ({ n: (row?.n ?? 0) + 1 }));
    expect(twice.keysOf(recorded(event(Counted, { counterId: '1', by: 1 })))).toEqual(['a']);
  });

  it('has a name that can name a collection', () => {
    expect(() => view('Not This', { version: 1 })).toThrow('lower case');
  });
});
