import { type LoggerService } from '@nestjs/common';
import { type Logger } from '#telemetry';

/** Nest's own lines go where all others go; what it says about its start is for those who look for it. */
export function nestLogger(log: Logger): LoggerService {
  const fields = (rest: unknown[]) => ({ from: typeof rest.at(-1) === 'string' ? rest.at(-1) : 'nest' });
  const text = (message: unknown) => (message instanceof Error ? message.message : String(message));
  return {
    log: (message: unknown, ...rest: unknown[]) => log.debug(fields(rest), text(message)),
    debug: (message: unknown, ...rest: unknown[]) => log.debug(fields(rest), text(message)),
    verbose: (message: unknown, ...rest: unknown[]) => log.trace(fields(rest), text(message)),
    warn: (message: unknown, ...rest: unknown[]) => log.warn(fields(rest), text(message)),
    error: (message: unknown, ...rest: unknown[]) => log.error({ ...fields(rest), ...(message instanceof Error && { stack: message.stack }) }, text(message)),
    fatal: (message: unknown, ...rest: unknown[]) => log.fatal(fields(rest), text(message)),
  };
}
