import { describe, expect, it } from '@jest/globals';
import { cancelDeadline, dispatch, end, process, remember, setDeadline } from '#event-sourcing';
import { Close, Closed, Count, Counted, given, Reopened, Reopen } from '#event-sourcing/testing';
import { event } from '../modelling/domain-event.js';

interface Watch {
  total: number;
}

const DAY_MS = 86_400_000;
const daysAfter = (moment: string, days: number) => new Date(Date.parse(moment) + days * DAY_MS).toISOString();
const counter = ({ data }: { data: { counterId: string } }) => data.counterId;

/** Closes a counter on which nobody has counted for three days; opens it again a day after it was closed, once. */
const watching = process<Watch>('watching', { total: 0 })
  .startsOn(Counted, counter, ({ total }, { data: { by }, occurredAt }) => [remember({ total: total + by }), setDeadline('silence', daysAfter(occurredAt, 3))])
  .on(Closed, counter, (_, { occurredAt }) => [cancelDeadline('silence'), setDeadline('again/1', daysAfter(occurredAt, 1))])
  .on(Reopened, counter, () => end())
  .onDeadline('silence', (_, __, { id }) => dispatch(Close, { counterId: id }))
  .onDeadline('again', (_, { key, at, reachedAt }, { id }) => (at <= reachedAt && key === '1' ? dispatch(Reopen, { counterId: id }) : []))
  .onRejected(Close, ({ total }, { fields: { counterId }, code }) => [remember({ total: -total }), dispatch(Count, { counterId, by: code.length })]);

const counted = event(Counted, { counterId: 'a', by: 2 });
const closed = event(Closed, { counterId: 'a' });

describe('an instance of a process', () => {
  it('begins with the event that starts it, and with no other', () => {
    given(watching).when(closed).thenNothing().when(event(Reopened, { counterId: 'a' })).thenNothing();
    given(watching).when(counted).thenState({ total: 2 }).thenDeadline('silence', '2026-01-08T12:00:00Z').thenCommands();
  });

  it('moves a deadline, and reaches it at its moment, once', () => {
    given(watching).at('2026-01-05T12:00:00Z').events(counted).passes('2 days').when(counted).thenDeadline('silence', '2026-01-10T12:00:00Z')
      .passes('71 hours').thenNothing()
      .passes('1 hour').thenCommands([Close, { counterId: 'a' }]).thenNoDeadline()
      .passes('1 year').thenNothing();
  });

  it('cancels a deadline, and tells several of a name apart', () => {
    given(watching).events(counted).when(closed).thenNoDeadline('silence').thenDeadline('again/1', '2026-01-06T12:00:00Z')
      .passes({ days: 1 }).thenCommands([Reopen, { counterId: 'a' }]);
  });

  it('ends with its deadlines, and begins anew knowing nothing', () => {
    given(watching).events(counted, closed).when(event(Reopened, { counterId: 'a' })).thenEnded().thenNoDeadline()
      .when(closed).thenNothing()
      .when(event(Counted, { counterId: 'a', by: 5 })).thenState({ total: 5 });
  });

  it('reacts to a refusal', () => {
    given(watching).events(counted).passes('3 days').whenRejected(Close, 'counter-closed').thenCommands([Count, { counterId: 'a', by: 14 }]).thenState({ total: -2 });
  });

  it('knows nothing of others', () => {
    given(watching).events(counted, event(Counted, { counterId: 'b', by: 7 })).thenState({ total: 2 }, 'a').thenState({ total: 7 }, 'b');
  });

  it('reaches deadlines of all instances in the order of their moments', () => {
    given(watching).events(counted).passes('1 hour').events(event(Counted, { counterId: 'b', by: 1 })).passes('4 days')
      .thenCommands([Close, { counterId: 'a' }], [Close, { counterId: 'b' }]);
  });
});

describe('what a test of a process says', () => {
  it('is wrong where it is not so', () => {
    const one = given(watching).when(counted);
    expect(() => one.thenNothing()).toThrow('ProcessReacted');
    expect(() => one.thenCommands([Close, { counterId: 'a' }])).toThrow('Expected commands of watching');
    expect(() => one.thenDeadline('silence', '2026-01-09T12:00:00Z')).toThrow('Expected deadline silence');
    expect(() => one.thenNoDeadline()).toThrow('Expected deadlines');
    expect(() => one.thenState({ total: 3 })).toThrow('Expected state');
    expect(() => one.thenEnded()).toThrow('Expected status');
    expect(() => one.whenRejected(Close, 'x')).toThrow('No Close was sent');
    expect(() => one.passes('soon')).toThrow('such as "3 days"');
    expect(() => one.at('2026-01-01T00:00:00Z')).toThrow('does not run back');
  });
});

describe('a process that is wrong', () => {
  it('is told what to change', () => {
    expect(() => process('Bad-Name', {})).toThrow('must be lower case');
    expect(() => watching.on(Counted, counter, () => [])).toThrow('reacts to Counted twice');
    expect(() => watching.onDeadline('silence', () => [])).toThrow('two reactions to the deadline');
    const unheard = process('unheard', {}).startsOn(Counted, counter, () => setDeadline('nothing', '2026-01-01'));
    expect(() => given(unheard).when(counted)).toThrow('has no onDeadline for it');
    const timeless = process('timeless', {}).startsOn(Counted, counter, () => setDeadline('x', 'soon')).onDeadline('x', () => []);
    expect(() => given(timeless).when(counted)).toThrow('is no moment');
  });
});
