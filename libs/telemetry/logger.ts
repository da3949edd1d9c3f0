import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  destination?: DestinationStream;
  /** Of the request that is being handled, put into each line that is written meanwhile. */
  correlationId?: () => string | undefined;
}

/** What shows who somebody is, or how a store is reached, is in no line, whoever logs the object that holds it. */
const SECRETS = ['authorization', 'cookie', 'secret', 'token', 'password'];
// Named places cost next to nothing in each line; places anywhere would cost more than the line.
const HOLDERS = ['', 'headers.', 'request.headers.', 'req.headers.', 'configuration.'];
const REDACTED = HOLDERS.flatMap((holder) => SECRETS.map((name) => `${holder}${name}`));

/** One JSON object for each line, with its level by name and its time as ISO 8601. Default destination: standard error. */
export function createLogger(level: LogLevel, { destination = pino.destination({ dest: 2, sync: false }), correlationId }: LoggerOptions = {}): Logger {
  const mixin = () => {
    const id = correlationId?.();
    return id === undefined ? {} : { correlationId: id };
  };
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) }, mixin, redact: { paths: REDACTED, censor: '[secret]' } }, destination);
}

export { type Logger } from 'pino';
