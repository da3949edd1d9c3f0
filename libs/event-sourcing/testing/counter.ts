import { aggregate } from '../modelling/aggregate.js';
import { Command, decide } from '../modelling/command.js';
import type { Context } from '../modelling/context.js';
import { DomainEvent, event } from '../modelling/domain-event.js';
import { wrongState } from '../modelling/rejection.js';
import { view, type AnyView } from '../modelling/view.js';
import { IsInt, IsOptional, IsString, Length, Max } from 'class-validator';

/** The smallest context that has everything: an example for tests of the engine and of adapters. */

@DomainEvent()
export class Counted {
  counterId!: string;
  by!: number;
}

@DomainEvent()
export class Closed {
  counterId!: string;
}

@DomainEvent()
export class Reopened {
  counterId!: string;
}

export interface CounterState {
  total: number;
  closed: boolean;
}

export const Counter = aggregate('counter', { total: 0, closed: false })
  .on(Counted, (counter, { by }) => ({ ...counter, total: counter.total + by }))
  .on(Closed, (counter) => ({ ...counter, closed: true }))
  .on(Reopened, (counter) => ({ ...counter, closed: false }))
  .snapshot({ every: 10, version: 1 });

@Command({ summary: 'Counts' })
export class Count {
  @IsString()
  @Length(1, 100)
  counterId!: string;

  @IsInt()
  @Max(1_000)
  by!: number;

  @IsOptional()
  @IsString()
  occurredAt?: string;
}

@Command()
export class Close {
  @IsString()
  counterId!: string;
}

@Command()
export class Reopen {
  @IsString()
  counterId!: string;
}

export const count = decide(Counter, Count, ({ counterId, by }, counter) => {
  if (counter.closed) throw wrongState('counter-closed', `Counter ${counterId} is closed; count on another one.`);
  return by === 0 ? [] : event(Counted, { counterId, by });
});

export const close = decide(Counter, Close, ({ counterId }, counter) => (counter.closed ? [] : event(Closed, { counterId })));

export const reopen = decide(Counter, Reopen, ({ counterId }, counter) => (counter.closed ? event(Reopened, { counterId }) : []));

export interface TotalRow {
  total: number;
  events: number;
  closed: boolean;
  last: string;
}

/** One document for each counter. */
export const totals = view<TotalRow>('totals', { version: 1, indexes: [{ total: 1 }] })
  .key(({ data }) => data['counterId'])
  .on(Counted, (row = { total: 0, events: 0, closed: false, last: '' }, { data, occurredAt }) => ({
    ...row,
    total: row.total + data.by,
    events: row.events + 1,
    last: occurredAt,
  }))
  .on(Closed, (row) => row && { ...row, closed: true, events: row.events + 1 })
  .on(Reopened, (row) => row && { ...row, closed: false, events: row.events + 1 });

/** Documents that come and go, and events that touch several: even totals exist, and everything is in `all`. */
export const parities = view<{ ids: number; sum: number }>('parities', { version: 1 })
  .on(Counted, ({ data }) => [data.by % 2 === 0 ? 'even' : 'odd', 'all'], (row = { ids: 0, sum: 0 }, { data }) => {
    const sum = row.sum + data.by;
    return sum === 13 ? undefined : { ids: row.ids + 1, sum };
  });

export function counterContext(views: readonly AnyView[] = [totals, parities]): Context {
  return { name: 'counters', aggregates: [Counter], events: [Counted, Closed, Reopened], decisions: [count, close, reopen] as never, views };
}

/** `command(Count, { counterId, by })`: the fields as an instance of the command class. */
export function command<C extends object>(type: new () => C, fields: C): C {
  return Object.assign(new type(), fields);
}
