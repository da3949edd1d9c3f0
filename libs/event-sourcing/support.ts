import { inspect } from 'node:util';

/** What the engine needs of its surroundings, given from outside so that tests can hold it still. All calendar time comes from here. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is set: for tests and simulations. */
export class SetClock implements Clock {
  private present: Date;

  /** @param now ISO 8601. */
  constructor(now: string | Date) {
    this.present = new Date(now);
  }

  now(): Date {
    return new Date(this.present);
  }

  /** @throws Error time does not run backwards. */
  set(now: string | Date): void {
    const next = new Date(now);
    if (!(next >= this.present)) throw new Error(`The clock stands at ${this.present.toISOString()} and cannot be set to ${String(now)}.`);
    this.present = next;
  }
}

/** The part of a pino logger that the engine uses. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Counts what happens; an application connects it to its metrics. */
export interface Telemetry {
  commandHandled(command: string, outcome: 'done' | 'repeated' | 'rejected' | 'failed', milliseconds: number): void;
  eventsAppended(count: number): void;
  snapshot(outcome: 'written' | 'used' | 'ignored' | 'failed'): void;
  eventsFolded(view: string, count: number): void;
  foldFailed(view: string): void;
  /** A process reacted to an event, so long after it was recorded. */
  processReacted(process: string, milliseconds: number): void;
  /** A deadline was reached, so long after its moment. */
  deadlineReached(process: string, milliseconds: number): void;
}

export const noTelemetry: Telemetry = {
  commandHandled: () => undefined,
  eventsAppended: () => undefined,
  snapshot: () => undefined,
  eventsFolded: () => undefined,
  foldFailed: () => undefined,
  processReacted: () => undefined,
  deadlineReached: () => undefined,
};

/** Fields of an error for a log line, without losing its cause. */
export function errorFields(error: unknown): { error: string; stack?: string | undefined } {
  if (!(error instanceof Error)) return { error: inspect(error) };
  const cause = error.cause instanceof Error ? error.cause.message : inspect(error.cause);
  return { error: error.cause === undefined ? error.message : `${error.message} (${cause})`, stack: error.stack };
}
