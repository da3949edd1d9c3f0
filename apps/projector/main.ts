import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Access } from '#access';
import { protect } from '#access/http';
import { engineOptions, InvalidConfiguration, isMongoUrl, loadConfiguration, onceStoresAnswer, openDelivery, openErasures, openStores, type Configuration, type Stores } from '#composition';
import { Engine } from '#event-sourcing';
import { addressHint, urlOf, closeInOrder, httpAdapter, nestLogger, ProblemFilter } from '#http';
import { createLogger, Metrics, type Logger } from '#telemetry';
import { ProjectorModule } from './projector.module.js';

const PORT = '3001';

try {
  await run(loadConfiguration({ ...process.env, GUANXI_PORT: process.env['GUANXI_PORT'] || PORT, GUANXI_PROJECT: 'on' }));
} catch (error) {
  const hint = addressHint(error);
  if (hint === undefined && !(error instanceof InvalidConfiguration)) throw error;
  process.stderr.write(`${(error as Error).message}${hint ?? ''}\n`);
  process.exitCode = 1;
}

/** Feeds views beside other processes like it: each takes its part of the work, and that of one that ends. */
async function run(configuration: Configuration): Promise<void> {
  if (!isMongoUrl(configuration.documentStore) || configuration.eventStore === 'embedded') {
    throw new InvalidConfiguration(['A projector of its own needs GUANXI_EVENT_STORE=esdb://… and GUANXI_DOCUMENT_STORE=mongodb://…; with a data folder the API feeds the views itself.']);
  }
  const log = createLogger(configuration.logLevel);
  const stores = await openStores(configuration, log);
  try {
    await start(configuration, stores, log);
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function start(configuration: Configuration, stores: Stores, log: Logger): Promise<void> {
  const metrics = new Metrics();
  metrics.observeProcess();
  const module = ProjectorModule.of({ engine: engineOptions(stores, configuration), log, metrics });
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter({ log, telemetry: metrics }), { bodyParser: false, abortOnError: false, logger: nestLogger(log) });
  app.useGlobalFilters(new ProblemFilter(log));
  const access = new Access(configuration.access, { events: stores.events, log });
  await protect(app.getHttpAdapter().getInstance(), access, configuration.access);
  const engine = app.get(Engine);
  metrics.observeViews(engine);
  access.start(engine);
  const closing = new AbortController();
  app.getHttpServer().once('close', () => closing.abort());
  await app.listen({ port: configuration.port, host: configuration.host });
  const close = async () => {
    try {
      await access.stop();
    } finally {
      await stores.close();
    }
  };
  closeInOrder({ app, stores: { close }, log });
  const url = urlOf(configuration.host, app);
  process.stdout.write(`Guanxi feeds views; whether it is well: ${url}/health/ready\n`);
  const outbox = openDelivery(engine, configuration.delivery, { log });
  const erasures = openErasures(engine, stores, outbox, undefined, log);
  app.getHttpServer().once('close', () => void Promise.all([erasures.stop(), outbox.stop()]));
  const begin = () => stores.keys.check().then(() => engine.start()).then(() => engine.processes.start());
  if (!(await onceStoresAnswer(begin, log, closing.signal))) return;
  erasures.start();
  outbox.start();
  log.info({ url }, 'ready');
}
