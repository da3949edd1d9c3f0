import { inspect } from 'node:util';

/** What the engine needs of its surroundings, given from outside so that tests can hold it still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

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
}

export const noTelemetry: Telemetry = {
  commandHandled: () => undefined,
  eventsAppended: () => undefined,
  snapshot: () => undefined,
  eventsFolded: () => undefined,
  foldFailed: () => undefined,
};

/** Fields of an error for a log line, without losing its cause. */
export function errorFields(error: unknown): { error: string; stack?: string | undefined } {
  if (!(error instanceof Error)) return { error: inspect(error) };
  const cause = error.cause instanceof Error ? error.cause.message : inspect(error.cause);
  return { error: error.cause === undefined ? error.message : `${error.message} (${cause})`, stack: error.stack };
}
