import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  destination?: DestinationStream;
  /** Of the request that is being handled, put into each line that is written meanwhile. */
  correlationId?: () => string | undefined;
}

/** One JSON object for each line, with its level by name and its time as ISO 8601. Default destination: standard error. */
export function createLogger(level: LogLevel, { destination = pino.destination({ dest: 2, sync: false }), correlationId }: LoggerOptions = {}): Logger {
  const mixin = () => {
    const id = correlationId?.();
    return id === undefined ? {} : { correlationId: id };
  };
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) }, mixin }, destination);
}

export { type Logger } from 'pino';
