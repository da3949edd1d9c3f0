import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Access } from '#access';
import { protect } from '#access/http';
import { Outbox } from '#delivery';
import { Engine } from '#event-sourcing';
import { httpAdapter, nestLogger, ProblemFilter } from '#http';
import { accessOf } from './access.providers.js';
import { ApiModule } from './api.module.js';
import { ApiDocument } from './openapi/api-document.js';
import { type ApiOptions } from './options.js';

export const VERSION = '0.1.0';

/** The HTTP application, initialised and not yet listening. Closing it stops its engine and leaves the stores open. */
export async function createApi(options: ApiOptions): Promise<NestFastifyApplication> {
  const { log, metrics } = options;
  const access = accessOf(options);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(options, access), httpAdapter({ log, telemetry: metrics }), {
    bodyParser: false, abortOnError: false, logger: nestLogger(log),
  });
  try {
    await prepare(app, access, options);
    return app;
  } catch (error) {
    // What has begun to follow the log must not outlive the failure.
    await app.close();
    throw error;
  }
}

async function prepare(app: NestFastifyApplication, access: Access, { log, metrics, access: letIn }: ApiOptions): Promise<void> {
  app.useGlobalFilters(new ProblemFilter(log));
  await protect(app.getHttpAdapter().getInstance(), access, letIn);
  const engine = app.get(Engine);
  access.start(engine);
  metrics.observeViews(engine);
  metrics.observeOutbox(app.get(Outbox));
  app.get(ApiDocument).describe(app, engine, VERSION);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
}
