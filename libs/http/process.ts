import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from '#telemetry';

const CLOSING_MS = 10_000;

/** What to close when the process is to end, first to last. */
export interface Closing {
  app: NestFastifyApplication;
  stores: { close(): Promise<void> };
  log: Logger;
}

/** Ends the process in order when it is told to, and when an error was not caught. */
export function closeInOrder(closing: Closing): void {
  const { log } = closing;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // The first signal ends it in order; a second one at once.
    process.once(signal, () => {
      log.info({ signal }, 'closing: requests under way are finished first');
      void close(closing, 0);
    });
  }
  // A promise that nobody waited for is logged and harms nobody else; after an error that nobody caught the state is unknown.
  process.on('unhandledRejection', (error) => log.error({ error: String(error), stack: (error as Error | undefined)?.stack }, 'a promise was rejected and nobody handled it'));
  process.once('uncaughtException', (error) => {
    log.fatal({ error: error.message, stack: error.stack }, 'an error was not caught; closing');
    void close(closing, 1);
  });
}

async function close({ app, stores, log }: Closing, code: number): Promise<void> {
  const late = setTimeout(() => {
    log.error({ afterMs: CLOSING_MS }, 'requests were still under way');
    process.exit(1);
  }, CLOSING_MS);
  try {
    await app.close();
    await stores.close();
    log.info('closed');
    process.exitCode = code;
  } catch (error) {
    log.error({ error: String(error), stack: (error as Error).stack }, 'closing failed');
    process.exitCode = 1;
  } finally {
    clearTimeout(late);
  }
}

/** Where the application answers, as a browser on this machine would say it. */
export function urlOf(host: string, app: NestFastifyApplication): string {
  const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** What to do about an address that cannot be taken; undefined where the error is another. */
export function addressHint(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  const taken = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code ?? '');
  return taken ? '. Choose another address with GUANXI_HOST and GUANXI_PORT.' : undefined;
}
