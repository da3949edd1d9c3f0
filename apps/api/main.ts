import { CommandBus } from '@nestjs/cqrs';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Access, asSystem, firstStart, UnusableKeyFile, type AdministratorKey } from '#access';
import { UnusableAuditKey } from '#audit';
import { engineOptions, InvalidConfiguration, isOnServers, loadConfiguration, onceStoresAnswer, openStores, publishDefaultPolicies, type Configuration, type Stores } from '#composition';
import { Outbox } from '#delivery';
import { Engine, StoreUnavailable } from '#event-sourcing';
import { Erasures, SubjectKeys, UnusableMasterKey } from '#privacy';
import { addressHint, urlOf, closeInOrder, currentCorrelationId } from '#http';
import { DamagedStore } from '#stores/sqlite';
import { createLogger, Metrics, type Logger } from '#telemetry';
import { createApi } from './app.js';
import { createFirstData, wantsFirstData } from './first-data/index.js';
import { greeting } from './greeting.js';

/** Opening the stores failed; the message says what to do. */
class CannotOpen extends Error {}

/** Errors that say themselves what to do; a stack would only hide it. */
const FOR_PEOPLE = [InvalidConfiguration, CannotOpen, DamagedStore, StoreUnavailable, UnusableAuditKey, UnusableKeyFile, UnusableMasterKey];

try {
  await run(loadConfiguration(process.env));
} catch (error) {
  const hint = addressHint(error);
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
    closeInOrder({ app: await start(configuration, stores, log), stores, log });
  } catch (error) {
    // What kept the start from succeeding may keep the stores from closing; the first is what has to be told.
    await stores.close().catch((closing: Error) => log.error({ error: closing.message }, 'the stores did not close cleanly'));
    throw error;
  }
}

async function start(configuration: Configuration, stores: Stores, log: Logger): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  metrics.observeProcess();
  const app = await createApi({ engine: { ...engineOptions(stores, configuration), start: false }, audit: configuration.audit, access: configuration.access, delivery: configuration.delivery, keys: stores.keys, warehouse: configuration.warehouse ?? false, log, metrics });
  try {
    // Who waits for a server is told by /health/ready, and so has to be able to ask.
    const key = isOnServers(configuration) ? { file: configuration.access.keyFile! } : await prepare(app, configuration);
    await app.listen({ port: configuration.port, host: configuration.host });
    if (isOnServers(configuration)) prepareOnceStoresAnswer(app, configuration, log);
    const url = urlOf(configuration.host, app);
    stores.folder?.announce({ url });
    process.stdout.write(greeting(url, key, stores.folder?.path, configuration.delivery));
    log.info({ url }, 'ready');
    return app;
  } catch (error) {
    await app.close().catch((closing: Error) => log.error({ error: closing.message }, 'the application did not close cleanly'));
    throw error;
  }
}

/** Starts the engine, and gives it what views and visitors expect to find. */
async function prepare(app: NestFastifyApplication, { firstData, access, project }: Configuration): Promise<AdministratorKey> {
  const engine = app.get(Engine);
  await app.get(SubjectKeys).check();
  await engine.start();
  const isNew = await wantsFirstData(engine);
  const key = await firstStart(engine, app.get(Access).memory, access.keyFile);
  await asSystem(() => publishDefaultPolicies(engine));
  const outbox = app.get(Outbox);
  if (project) await engine.processes.start();
  if (firstData && isNew) await createFirstData(app.get(CommandBus), engine, new Date());
  // What comes of it belongs to it: who starts for the first time finds all of it.
  if (firstData && isNew && engine.processes.isRunning) await engine.processes.settled().then(() => outbox.settled());
  app.get(Erasures).start();
  if (project) outbox.start();
  return key;
}

function prepareOnceStoresAnswer(app: NestFastifyApplication, configuration: Configuration, log: Logger): void {
  const closing = new AbortController();
  app.getHttpServer().once('close', () => closing.abort());
  onceStoresAnswer(async () => void (await prepare(app, configuration)), log, closing.signal).then(
    (answered) => answered && log.info('the stores answer'),
    (error: Error) => log.fatal({ error: error.message, stack: error.stack }, 'the engine could not be started'),
  );
}
