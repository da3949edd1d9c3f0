import { CommandBus } from '@nestjs/cqrs';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { UnusableAuditKey } from '#audit';
import { engineOptions, InvalidConfiguration, loadConfiguration, openStores, publishDefaultPolicies, type Configuration, type Stores } from '#composition';
import { Engine, StoreUnavailable } from '#event-sourcing';
import { currentCorrelationId } from '#http';
import { DamagedStore } from '#stores/sqlite';
import { createLogger, Metrics, type Logger } from '#telemetry';
import { createApi } from './app.js';
import { createFirstData, wantsFirstData } from './first-data/index.js';
import { greeting } from './greeting.js';

const CLOSING_MS = 10_000;

/** Opening the stores failed; the message says what to do. */
class CannotOpen extends Error {}

/** Errors that say themselves what to do; a stack would only hide it. */
const FOR_PEOPLE = [InvalidConfiguration, CannotOpen, DamagedStore, StoreUnavailable, UnusableAuditKey];

try {
  await run(loadConfiguration(process.env));
} catch (error) {
  const hint = hintFor(error);
  if (hint === undefined && !FOR_PEOPLE.some((type) => error instanceof type)) throw error;
  process.stderr.write(`${(error as Error).message}${hint ?? ''}\n`);
  process.exitCode = 1;
}

async function run(configuration: Configuration): Promise<void> {
  const log = createLogger(configuration.logLevel, { correlationId: currentCorrelationId });
  for (const variable of configuration.unknown) log.warn({ variable }, 'this environment variable is not one of Guanxi: is it misspelt?');
  const stores = await openStores(configuration, log).catch((error: Error) => {
    throw new CannotOpen(error.message, { cause: error });
  });
  try {
    const app = await start(configuration, stores, log);
    closeOnSignal(app, stores, log);
    closeOnFault(app, stores, log);
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function start(configuration: Configuration, stores: Stores, log: Logger): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  metrics.observeProcess();
  const app = await createApi({ engine: engineOptions(stores), audit: configuration.audit, log, metrics });
  try {
    const engine = app.get(Engine);
    const isNew = await wantsFirstData(engine);
    await publishDefaultPolicies(engine);
    if (configuration.firstData && isNew) await createFirstData(app.get(CommandBus), engine, new Date());
    await app.listen({ port: configuration.port, host: configuration.host });
    const url = addressOf(configuration.host, app);
    stores.folder?.announce({ url });
    process.stdout.write(greeting(url, stores.folder?.path));
    log.info({ url }, 'ready');
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

function addressOf(host: string, app: NestFastifyApplication): string {
  const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** The first signal ends it in order; a second one at once. */
function closeOnSignal(app: NestFastifyApplication, stores: Stores, log: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'closing: requests under way are finished first');
      void close(app, stores, log, 0);
    });
  }
}

/** A promise that nobody waited for is logged and harms nobody else; after an error that nobody caught the state is unknown. */
function closeOnFault(app: NestFastifyApplication, stores: Stores, log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ error: String(error), stack: (error as Error | undefined)?.stack }, 'a promise was rejected and nobody handled it'));
  process.once('uncaughtException', (error) => {
    log.fatal({ error: error.message, stack: error.stack }, 'an error was not caught; closing');
    void close(app, stores, log, 1);
  });
}

async function close(app: NestFastifyApplication, stores: Stores, log: Logger, code: number): Promise<void> {
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

/** What to do about an address that cannot be taken. */
function hintFor(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  const taken = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code ?? '');
  return taken ? '. Choose another address with GUANXI_HOST and GUANXI_PORT.' : undefined;
}
